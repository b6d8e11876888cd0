"""The daemon's Unix socket: ask the running daemon what it does. Read-only."""
