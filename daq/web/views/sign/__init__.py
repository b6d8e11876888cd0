"""Signing a run."""
