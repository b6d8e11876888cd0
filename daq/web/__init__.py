"""The page people look at: a process of its own that reads the journal and asks the daemon."""
