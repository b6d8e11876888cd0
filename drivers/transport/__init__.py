"""Byte lines to instruments: serial ports and TCP connections, one transaction at a time."""
