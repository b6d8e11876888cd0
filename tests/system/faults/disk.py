"""A small disk of its own for the journal: a real file system that is really full."""

import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.process import ServerError

BALLAST = "ballast"
CHUNK = b"\0" * 4096


@contextmanager
def small_disk(folder: Path, size: str) -> Generator[Path]:
    """A tmpfs of a size such as ``2m``, mounted while the block runs."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServerError(
            f"cannot mount a tmpfs: {done.stderr.strip()}; a full disk is tested on a real one, so "
            "run this test as root (in a container: --cap-add SYS_ADMIN)"
        )
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(disk: Path) -> None:
    """Write until nothing fits any more."""
    with (disk / BALLAST).open("ab", buffering=0) as ballast:
        while True:
            try:
                if ballast.write(CHUNK) < len(CHUNK):
                    return
            except OSError:
                return


def clear(disk: Path) -> None:
    """Make room again."""
    (disk / BALLAST).unlink()
