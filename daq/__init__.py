"""The daemon: polls instruments, journals every reading, delivers to sinks."""

__version__ = "0.1.0"
