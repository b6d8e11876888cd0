"""The folder of certificates: every file of it, and everything that is wrong with them."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from daq.calibration.certificate import Certificate
from daq.calibration.file import read_certificate
from drivers.tomlfile import Document, Problem, TomlError

MOST = 10_000
"""Files of a folder; more are a mistake in its path."""


class Filed(msgspec.Struct, frozen=True):
    """A certificate and the file it is in."""

    certificate: Certificate
    document: Document

    @property
    def file(self) -> str:
        """The path of the file."""
        return self.document.file


def read_folder(folder: Path) -> tuple[Filed, ...]:
    """Every ``.toml`` file of a folder and of those in it, in the order of their names.

    Raises:
        TomlError: something is wrong; holds every problem of every file.
    """
    filed: list[Filed] = []
    problems: list[Problem] = []
    for path in _files(folder):
        try:
            filed.append(Filed(*read_certificate(path)))
        except TomlError as error:
            problems += error.problems
    problems += _twice(filed)
    if problems:
        raise TomlError(problems)
    return tuple(filed)


def _files(folder: Path) -> list[Path]:
    try:
        if not folder.is_dir():
            raise TomlError([Problem(str(folder), None, "", "is no folder that can be read")])
        found = sorted(folder.rglob("*.toml"))
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        raise TomlError([Problem(str(folder), None, "", message)]) from error
    if len(found) > MOST:
        raise TomlError([Problem(str(folder), None, "", f"holds more than {MOST} files")])
    return found


def _twice(filed: Iterable[Filed]) -> list[Problem]:
    """Two files of one number: which of them counts, nobody could say later."""
    first: dict[str, Filed] = {}
    problems: list[Problem] = []
    for one in filed:
        other = first.setdefault(one.certificate.number, one)
        if other is not one:
            message = f'"{one.certificate.number}" is the number in {other.file} too'
            problems.append(one.document.problem(("number",), message))
    return problems
