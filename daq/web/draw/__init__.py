"""Draws charts as SVG: numbers in, a picture out, without a browser and without a request."""
