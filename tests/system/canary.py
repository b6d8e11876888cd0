"""A secret to look for: in whatever form, in whatever a daemon leaves behind."""

import base64
import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, quote_plus

CANARY = "k4n4ry+/&=%ßsecret"
USER = "daq-user"


def forms(secret: str = CANARY, user: str = USER) -> set[bytes]:
    """The bytes in which a secret may appear.

    As text, escaped by Python or JSON, for a URL, in hexadecimal, in base64 by itself, after a
    user's name, and within something longer, wherever in it.
    """
    data = secret.encode()
    texts = {
        secret,
        repr(secret)[1:-1],
        ascii(secret)[1:-1],
        repr(data)[2:-1],
        json.dumps(secret)[1:-1],
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        data.hex(),
        data.hex(" "),
        base64.b64encode(f"{user}:{secret}".encode()).decode(),
    }
    return {text.encode() for text in texts} | set(_within_base64(data))


def _within_base64(data: bytes) -> Iterable[bytes]:
    for shift in range(3):
        middle = base64.b64encode(b"\0" * shift + data + b"\0\0")
        yield middle[-(-shift * 4 // 3) :][4 if shift else 0 : -8]


def found_in(data: bytes) -> list[bytes]:
    """The forms of the canary that occur."""
    return sorted(form for form in forms() if form in data)


def found_below(folder: Path, *, besides: Iterable[Path]) -> dict[str, list[bytes]]:
    """The files of a folder in which the canary occurs, but those that are there to hold it."""
    left_out = {path.resolve() for path in besides}
    files = [
        path for path in folder.rglob("*") if path.is_file() and path.resolve() not in left_out
    ]
    return {str(path): found for path in files if (found := found_in(path.read_bytes()))}
