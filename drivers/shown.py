"""Bytes of a line as an error shows them."""

CUT = 32
"""Bytes shown; the rest is dots."""

NOISE_LIMIT = 2048
"""Bytes after which a line that brings no reply is taken to be streaming; eight longest frames."""


def shown(data: bytes | bytearray) -> str:
    """Pairs of hexadecimal digits."""
    text = data[:CUT].hex(" ")
    return f"{text} ..." if len(data) > CUT else text
