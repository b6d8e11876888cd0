"""A pack: one zip file with everything that is evidence of a subject (docs/reference/evidence.md).

The same content gives the same bytes: names in order, no times, no owners.
"""

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import IO, Any, BinaryIO, Self, TypeAlias, cast

import msgspec

from daq import __version__
from daq.evidence.errors import EvidenceError
from daq.evidence.lines import Extract, write_lines
from daq.evidence.material import Material, entries_of, scans_of
from daq.evidence.proof import Position, position_of, write_proof
from daq.evidence.seal import Filed, Signer, sealed, signature_of
from daq.evidence.verifier import MANIFEST, PACK, SIGNATURE, VERSION
from daq.export.csv_format import CsvWriter
from daq.export.events import export_events
from daq.export.export import write_scans
from daq.export.parquet_format import ParquetWriter
from daq.journal.reader import JournalReader
from daq.timefmt import rfc3339
from drivers.model import Status

Write: TypeAlias = Callable[[BinaryIO], None]
"""Writes one file of a pack."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_STORED = (".parquet", ".pdf", ".gz")
"""Ends of names of what is compressed already."""


class Tee:
    """A stream that counts and hashes what goes through it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.size = 0
        self._digest = hashlib.sha256()
        self._stream = stream

    def write(self, data: Any) -> int:  # noqa: ANN401 - any buffer
        """Write, and take note."""
        content = bytes(data)
        self.size += len(content)
        self._digest.update(content)
        return self._stream.write(content)

    def flush(self) -> None:
        """Left to whoever opened the stream."""

    @property
    def sha256(self) -> str:
        """Of everything so far, hex."""
        return self._digest.hexdigest()


class PackWriter:
    """Writes the files of one pack, in the order of their names."""

    def __init__(self, stream: BinaryIO) -> None:
        self.filed: list[Filed] = []
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._zip.close()

    def add(self, name: str, write: Write) -> None:
        """Add a file that the manifest vouches for."""
        with self._open(name) as member:
            tee = Tee(member)
            write(cast("BinaryIO", tee))
        self.filed.append(Filed(name, tee.size, tee.sha256))

    def seal(self, manifest: Mapping[str, Any], signer: Signer | None) -> None:
        """Add the manifest and its signature."""
        content = sealed(manifest, self.filed)
        with self._open(MANIFEST) as member:
            member.write(content)
        if signer is not None:
            with self._open(SIGNATURE) as member:
                member.write(signature_of(content, signer))

    def _open(self, name: str) -> IO[bytes]:
        info = zipfile.ZipInfo(name, _EPOCH)
        info.external_attr = 0o644 << 16
        info.create_system = 3
        stored = name.endswith(_STORED)
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        return self._zip.open(info, "w", force_zip64=True)


def write_pack(
    reader: JournalReader,
    material: Material,
    extras: Mapping[str, Write],
    made: int,
    signer: Signer | None,
    stream: BinaryIO,
    *,
    proof: bool = False,
) -> None:
    """Write a pack. ``extras`` are further files by name, such as reports; ``made`` is ns.

    With ``proof`` it has whole groups of the journal's chain, and so entries of others.

    Raises:
        MissingExtraError: pyarrow is not installed.
        JournalError: the journal cannot be read.
        OSError: the stream cannot be written.
    """
    extract = _Kept()
    parts = {**_parts(reader, material, extract), **extras}
    if proof:
        parts["chain.jsonl"] = lambda stream: write_proof(reader, material, stream)
    with PackWriter(stream) as pack:
        for name, write in sorted(parts.items()):
            pack.add(name, write)
        position = position_of(reader.path, material)
        pack.seal(_manifest(material, extract.made, made, position), signer)


class _Kept:
    """What the extract came to, once it is written."""

    _made: Extract | None = None

    @property
    def made(self) -> Extract:
        if self._made is None:
            raise EvidenceError("a pack without its entries")
        return self._made

    @made.setter
    def made(self, made: Extract) -> None:
        self._made = made


def _parts(reader: JournalReader, material: Material, extract: _Kept) -> dict[str, Write]:
    def entries(stream: BinaryIO) -> None:
        extract.made = write_lines(entries_of(reader, material), stream)

    def as_csv(stream: BinaryIO) -> None:
        write_scans(scans_of(reader, material), CsvWriter, stream)

    def as_parquet(stream: BinaryIO) -> None:
        station = material.station
        write_scans(scans_of(reader, material), lambda s: ParquetWriter(s, station), stream)

    subject = material.subject
    parts: dict[str, Write] = {
        "journal.jsonl": entries,
        "readings.csv": as_csv,
        "readings.parquet": as_parquet,
        "events.csv": lambda stream: export_events(material.events, "csv", stream),
        "alarms.json": plain(material.episodes),
        "series.json": plain({str(one.id): one.key for one in material.series}),
        "results.json": plain(material.results),
        "completeness.json": plain(_completeness(material)),
        "verify.py": text(_own("verifier.py")),
        "README.txt": text(_own("pack.txt")),
    }
    if subject.run is not None:
        parts["run.json"] = plain(subject.run)
    for one in material.certificates:
        if one.canonical:
            parts[f"certificates/{one.hash}.json"] = text(one.canonical)
    return parts


def plain(value: object) -> Write:
    """Writes a value as JSON, its keys in order."""
    content = msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1) + b"\n"
    return lambda stream: _write(stream, content)


def text(content: str) -> Write:
    """Writes a text."""
    return lambda stream: _write(stream, content.encode())


def raw(content: bytes) -> Write:
    """Writes bytes."""
    return lambda stream: _write(stream, content)


def copied(path: Path) -> Write:
    """Writes what is in a file.

    Raises:
        EvidenceError: it cannot be read.
    """

    def write(stream: BinaryIO) -> None:
        try:
            with path.open("rb") as file:
                while piece := file.read(1 << 20):
                    stream.write(piece)
        except OSError as error:
            raise EvidenceError(f"{path}: {error.strerror}; leave it out") from error

    return write


def _write(stream: BinaryIO, content: bytes) -> None:
    stream.write(content)


def _own(name: str) -> str:
    return files("daq.evidence").joinpath(name).read_text("utf-8")


def _completeness(material: Material) -> dict[str, object]:
    subject = material.subject
    return {
        "from": subject.start,
        "to": subject.end,
        "groups": material.coverage,
        "outages": material.outages,
        "numbers": material.numbers,
    }


def _manifest(
    material: Material, extract: Extract, made: int, position: Position | None
) -> dict[str, Any]:
    subject = material.subject
    return {
        "format": PACK,
        "version": VERSION,
        "made": rfc3339(made),
        "program": f"lab-daq {__version__}",
        "station": material.station,
        "site": material.site,
        "subject": {
            "id": subject.id,
            "run": subject.run is not None,
            "start": subject.start,
            "end": subject.end,
            "from": rfc3339(subject.start),
            "to": rfc3339(subject.end),
            "instruments": list(subject.instruments),
        },
        "journal": msgspec.to_builtins(material.numbers) | {"upto": material.upto},
        "extract": msgspec.to_builtins(extract),
        "chain": msgspec.to_builtins(position),
        "statuses": {str(status): int(status) for status in Status},
        "configurations": list(material.configurations),
        "certificates": [
            {"number": one.number, "hash": one.hash, "enclosed": bool(one.canonical)}
            for one in material.certificates
        ],
    }
