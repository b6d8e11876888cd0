"""What was in force: canonical configurations in a folder beside the journal, named by their hash.

The journal has the hash of each in an event (`start`, `configuration-changed`), and so vouches for
the file. Secrets are not in it: a configuration says where they are kept.
"""

import gzip
import hashlib
import os
from io import BytesIO
from pathlib import Path

from drivers.files import read_bounded

LARGEST = 32 * 1024 * 1024
"""Bytes of one, unpacked."""

MODE = 0o640
"""Less the umask, as that of the journal."""

_ENDING = ".json.gz"


def folder_beside(journal: Path) -> Path:
    """The folder of configurations of the journal in this file."""
    return journal.with_suffix(".configurations")


def keep(folder: Path, canonical: bytes) -> Path:
    """Keep a configuration; one that is there already is left alone.

    Raises:
        OSError: it cannot be written.
    """
    path = folder / f"{hashlib.sha256(canonical).hexdigest()}{_ENDING}"
    if path.exists():
        return path
    folder.mkdir(mode=0o750, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(part, flags, MODE), "wb") as file:
        file.write(gzip.compress(canonical, mtime=0))
        os.fsync(file.fileno())
    part.replace(path)
    return path


def kept(folder: Path, digest: str) -> bytes | None:
    """The configuration with this hash; None when it is not there, or is not what it was."""
    path = folder / f"{Path(digest).name}{_ENDING}"
    try:
        packed = read_bounded(path, LARGEST)
        with gzip.GzipFile(fileobj=BytesIO(packed)) as file:
            content = file.read(LARGEST)
    except (OSError, EOFError, ValueError):
        return None
    return content if hashlib.sha256(content).hexdigest() == digest else None
