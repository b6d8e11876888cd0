"""Programmes of reliability tests, compared with what was measured. Pure, but for the follower."""
