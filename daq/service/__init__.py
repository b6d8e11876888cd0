"""Makes a service of the daemon, and takes it away again: what would be done, and doing it."""
