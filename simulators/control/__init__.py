"""Talking to a lab while it runs: lines of JSON on a Unix socket or a loopback port."""
