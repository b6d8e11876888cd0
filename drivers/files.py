"""Reads a file that somebody named: a regular one, of a bounded length, without waiting."""

import errno
import os
import stat
from pathlib import Path


def read_bounded(path: Path, longest: int) -> bytes:
    """The content of a file of at most ``longest`` bytes.

    Raises:
        OSError: it cannot be read, is larger, or is a device or pipe, which might never end or
            never begin. ``strerror`` says which.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError as error:  # a NUL in the name
        raise OSError(errno.EINVAL, "is not the name of a file") from error
    try:
        _require_regular(os.fstat(descriptor).st_mode)
    except OSError:
        os.close(descriptor)
        raise
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(longest + 1)
    if len(content) > longest:
        raise OSError(errno.EFBIG, f"is larger than {longest} bytes")
    return content


def _require_regular(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "is not a regular file")
