"""Acquisition: one poller a bus, from plan to journal."""
