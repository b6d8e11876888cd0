"""The log: everything that happened besides readings."""
