"""Certificates: what they say, which is in force, what a reading comes to. Files apart, pure."""
