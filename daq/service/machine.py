"""The machine, or an image of one, as installation sees and changes it. All of its I/O."""

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath

from daq.service.errors import ServiceError
from daq.service.step import MakeFolder, RemoveFile, Run, Step, WriteFile

DEADLINE = 120.0
"""Seconds a command may take; starting the daemon may include the repair of a journal."""

_RUNNING_SYSTEMD = Path("/run/systemd/system")
"""There while systemd is the init of this machine: sd_booted(3)."""


class Machine:
    """``root`` is ``/`` for the machine itself, else the folder of an image."""

    def __init__(self, root: Path = Path("/")) -> None:
        self.root = root.resolve()
        self.is_image = self.root != Path("/")

    def require(self) -> None:
        """See that this can work here at all.

        Raises:
            ServiceError: no Linux, no systemd, or an image that is not there.
        """
        if sys.platform != "linux":
            raise ServiceError(
                f"services are made for systemd on Linux, and this is {sys.platform}"
            )
        if self.is_image and not self.root.is_dir():
            raise ServiceError(f"--root {self.root}: is not a folder")
        if not self.is_image and not _RUNNING_SYSTEMD.is_dir():
            raise ServiceError(
                "this machine is not run by systemd (a container?); start the daemon with "
                "`daq run FILE`, or install into an image with --root"
            )

    def require_rights(self) -> None:
        """See that the steps may be done.

        Raises:
            ServiceError: not root.
        """
        if not self.is_image and os.geteuid() != 0:
            raise ServiceError("only root can do this; run it again with sudo")

    def at(self, path: PurePosixPath) -> Path:
        """Where a path of the machine is for us."""
        return self.root / path.relative_to("/")

    def within(self, path: Path) -> PurePosixPath:
        """What the machine calls a path of ours."""
        whole = Path(os.path.abspath(path))  # noqa: PTH100 - links stay as they are written
        inside = whole.relative_to(self.root) if whole.is_relative_to(self.root) else whole
        return PurePosixPath("/") / inside

    def has(self, path: PurePosixPath) -> bool:
        """Whether there is something at a path."""
        return self.at(path).exists()

    def state_of(self, path: PurePosixPath, text: str) -> str:
        """What writing this text would mean: ``new``, ``replaced`` or ``unchanged``."""
        try:
            return "unchanged" if self.at(path).read_text("utf-8") == text else "replaced"
        except FileNotFoundError:
            return "new"
        except (OSError, UnicodeDecodeError):
            return "replaced"

    def is_person(self, user: str) -> bool:
        """Whether a user of this machine is somebody's account (uid 1000 and above)."""
        try:
            return not self.is_image and pwd.getpwnam(user).pw_uid >= 1000  # noqa: PLR2004 - login.defs
        except KeyError:
            return False

    def is_active(self) -> bool:
        """Whether the service runs now."""
        if self.is_image or shutil.which("systemctl") is None:
            return False
        return _run(("systemctl", "is-active", "--quiet", "daq.service")).returncode == 0

    def do(self, step: Step) -> None:
        """Carry out a step.

        Raises:
            ServiceError: it failed; the text says which and why.
        """
        try:
            match step:
                case WriteFile(path, text, state):
                    if state != "unchanged":
                        _write(self.at(path), text)
                case RemoveFile(path):
                    _remove(self.at(path))
                case MakeFolder(path, mode, owner):
                    self._folder(self.at(path), mode, owner)
                case Run(words):
                    _run_or_fail(words)
        except OSError as error:
            raise ServiceError(f"{error.filename or step}: {error.strerror}") from error

    def _folder(self, path: Path, mode: int, owner: str) -> None:
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)
        if owner and not self.is_image:
            shutil.chown(path, owner, owner)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, "utf-8")
    fresh.chmod(0o644)
    fresh.replace(path)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    if path.parent.name.endswith(".service.d") and not any(path.parent.iterdir()):
        path.parent.rmdir()


def _run(words: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the words are this package's own
        words, capture_output=True, text=True, timeout=DEADLINE, check=False
    )


def _run_or_fail(words: tuple[str, ...]) -> None:
    try:
        done = _run(words)
    except FileNotFoundError as error:
        raise ServiceError(f"{words[0]} is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise ServiceError(f"`{' '.join(words)}` did not end in {DEADLINE:g} s") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise ServiceError(f"`{' '.join(words)}` failed with code {done.returncode}: {said}")
