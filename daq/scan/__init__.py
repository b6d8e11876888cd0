"""Finds out what is on a line: tries settings and addresses, asks, recognises. Never writes.

``plan`` (pure) says what will be asked and how long that takes, ``search`` asks it over a link
that refuses to send anything but questions, ``judge`` (pure) weighs what came, ``snippet`` (pure)
turns it into a configuration.
"""
