"""Courses of channels over a period, read out of a journal and drawn: for the page and reports."""
