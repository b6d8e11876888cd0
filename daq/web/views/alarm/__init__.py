"""One alarm: how it is, what happened to it, and doing something with it."""
