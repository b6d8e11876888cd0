"""Instruments that speak in lines of text: ASCII protocols and SCPI."""
