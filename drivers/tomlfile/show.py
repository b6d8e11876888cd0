"""How values and keys of a file look in an error: short, on one line, nothing secret."""

import json
import re
from collections.abc import Mapping

CUT = 60
"""Characters of a value shown; the rest is dots."""

_SECRET = re.compile(r"(?i)passw|passphrase|secret|token|credential|private")
_USER_INFO = re.compile(r"(?:(?<=://)|^(?!\S*://))\S*@")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def quoted(text: str) -> str:
    """Text in double quotes, with what a terminal could act on escaped."""
    escaped = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped)


def shown(value: object) -> str:
    """A value as TOML would write it, cut; tables and arrays by what they are."""
    match value:
        case Mapping():
            return "a table"
        case list() | tuple():
            return "an array"
        case bool():
            return "true" if value else "false"
        case str():
            masked = _USER_INFO.sub("...@", value)
            return quoted(masked if len(masked) <= CUT else masked[: CUT - 3] + "...")
        case _:
            return str(value)


def is_secret(path: tuple[str | int, ...]) -> bool:
    """True when a key's name says that its value must not be shown."""
    return any(isinstance(part, str) and _SECRET.search(part) for part in path)


def dotted(path: tuple[str | int, ...]) -> str:
    """A key as a user would write it: ``instrument.mains.group.power.channels[1]``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            bare = part if _BARE.fullmatch(part) else quoted(part)
            text += f".{bare}" if text else bare
    return text
