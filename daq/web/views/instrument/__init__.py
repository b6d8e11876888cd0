"""One instrument: now, its past, and what goes over its line."""
