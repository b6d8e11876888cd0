"""Plays a recording of a line as a simulator. ``docs/recordings.md`` defines the file."""
