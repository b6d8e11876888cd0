"""Talk to one laboratory instrument; usable alone from a script or a notebook."""
