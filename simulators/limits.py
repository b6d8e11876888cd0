"""Bounds that scenario, control API and command line share."""

FASTEST = 10_000
"""Seconds of physics in a second of the clock, at most: beyond, the steps of the physics would
be too long to mean anything."""

HIGHEST_PORT = 65535
