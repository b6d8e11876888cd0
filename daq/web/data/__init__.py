"""From the daemon's status and the journal to what is shown: frozen, and without a page in it."""
