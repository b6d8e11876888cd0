"""Text from outside made fit for a log line or a terminal."""

LONGEST = 300
"""Characters of foreign text shown."""


def one_line(text: str, longest: int = LONGEST) -> str:
    """The text on one line, cut, with what a terminal could act on escaped.

    An instrument, a broker or a web server may send line ends, to forge lines of a log, and
    escape sequences, to change what a terminal shows.
    """
    return printable(" ".join(text[: 4 * longest].split())[:longest])


def printable(text: str) -> str:
    """The text with everything escaped that is neither a character to see nor a blank."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
