"""Plays a recording of a line as a simulator. docs/reference/recording-file.md defines the file."""
