"""The running daemon: named parts in one TaskGroup, which of them run, how they are stopped."""
