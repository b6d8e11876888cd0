"""Telling people: who hears of which alarm or event, when, in which words, by which way."""
