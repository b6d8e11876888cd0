"""Finding out that something has gone silent: an instrument, a poller, the daemon itself."""
