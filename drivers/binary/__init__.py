"""Instruments that speak in binary frames of their own: AIBUS, DL/T 645-2007."""
