"""Reads a file that somebody named, of a bounded length."""

import errno
from pathlib import Path


def read_bounded(path: Path, longest: int) -> bytes:
    """The content of a file of at most ``longest`` bytes.

    Raises:
        OSError: it cannot be read, or is larger; ``strerror`` says which.
    """
    with path.open("rb") as file:
        content = file.read(longest + 1)
    if len(content) > longest:
        raise OSError(errno.EFBIG, f"is larger than {longest} bytes")
    return content
