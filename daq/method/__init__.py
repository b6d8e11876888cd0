"""Methods: what is required of a measured value, and what may be said of it. Pure."""
