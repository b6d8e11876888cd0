"""The daemon's Unix socket: ask the running daemon what it does, or to do something."""
