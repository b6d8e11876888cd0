"""A DCC as a tree of XML: read without believing it, and asked by path.

The one place that imports defusedxml: no DTD, no entities, nothing external; and no more bytes than
a certificate with pictures in it has.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TypeAlias, cast
from xml.etree.ElementTree import Element, ParseError

from daq.calibration.errors import DccError
from drivers.files import read_bounded

LARGEST = 8 * 1024 * 1024
"""Bytes of a file."""

SPACES = {"dcc": "https://ptb.de/dcc", "si": "https://ptb.de/si"}

Parse: TypeAlias = Callable[..., Element]


def read_dcc(path: Path) -> tuple[Element, bytes]:
    """The root of a DCC, and its bytes.

    Raises:
        DccError: it cannot be read, is no XML or one that is not to be trusted, or no DCC of
            schema 3.
    """
    try:
        content = read_bounded(path, LARGEST)
    except OSError as error:
        raise DccError(f"{path}: cannot be read: {error.strerror or error}") from error
    try:
        return parse_dcc(content), content
    except DccError as error:
        raise DccError(f"{path}: {error}") from error


def parse_dcc(content: bytes) -> Element:
    """The root of a DCC.

    Raises:
        DccError: see ``read_dcc``.
    """
    try:
        root = _parser()(content, forbid_dtd=True)
    except ParseError as error:
        raise DccError(f"is not XML: {error}") from error
    except (ValueError, LookupError) as error:  # DefusedXmlException; an unknown encoding
        raise DccError(f"is refused: {error}") from error
    if root.tag != f"{{{SPACES['dcc']}}}digitalCalibrationCertificate":
        raise DccError("is no Digital Calibration Certificate (https://ptb.de/dcc)")
    version = root.get("schemaVersion", "")
    if not version.startswith("3."):
        raise DccError(f'is of schema "{version}"; 3.x is understood')
    return root


def _parser() -> Parse:
    try:
        module = import_module("defusedxml.ElementTree")
    except ImportError as error:
        raise DccError(
            "needs the package defusedxml, which is not installed: pip install 'lab-daq[dcc]'"
        ) from error
    return cast("Parse", module.fromstring)


def every(element: Element | None, path: str) -> Iterator[Element]:
    """The elements at a path such as ``dcc:items/dcc:item``."""
    if element is not None:
        yield from element.findall(path, SPACES)


def text(element: Element | None, path: str) -> str:
    """The text at a path, its blanks made single; empty without any."""
    found = None if element is None else element.find(path, SPACES)
    return "" if found is None else " ".join((found.text or "").split())


def words(element: Element | None, path: str, language: str = "en") -> str:
    """The ``dcc:content`` at a path in English if there is any, else in the first language."""
    contents = list(every(element, f"{path}/dcc:content"))
    chosen = [one for one in contents if one.get("lang") == language] or contents[:1]
    return "; ".join(" ".join((one.text or "").split()) for one in chosen)


def has_type(element: Element, wanted: str) -> bool:
    """Whether an element is of a reference type, such as ``basic_measuredValue``."""
    return wanted in element.get("refType", "").split()
