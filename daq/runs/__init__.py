"""Runs: what was done to which sample, by which method, from a start to an end."""
