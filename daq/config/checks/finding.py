"""What a check finds."""

from typing import NamedTuple


class Finding(NamedTuple):
    """Something that does not fit, at a key that may be missing; an error unless ``warning``."""

    path: tuple[str | int, ...]
    message: str
    hint: str = ""
    warning: bool = False
