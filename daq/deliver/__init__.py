"""Delivery: moves what the journal holds to its destinations, the sinks."""
