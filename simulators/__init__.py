"""Simulated laboratory instruments that speak on real ptys and TCP ports."""
