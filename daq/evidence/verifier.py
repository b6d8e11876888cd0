"""Checks an evidence pack or an archive of lab-daq, and names what is not as it was written.

Every pack carries this file as ``verify.py``: it needs Python 3.11 and the package
``cryptography``, nothing of lab-daq. What it checks is in docs/reference/evidence.md.

    python verify.py PACK.zip --key station.pub

Exit codes: 0 everything is as it was signed; 1 something is not; 2 it cannot be checked.
"""

import argparse
import base64
import csv
import hashlib
import io
import json
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol, cast

PACK, ARCHIVE = "lab-daq-evidence", "lab-daq-archive"
VERSION = 1
MANIFEST, SIGNATURE, CHAIN = "manifest.json", "manifest.sig", "chain.jsonl"
DOMAIN = b"lab-daq manifest v1\n"
"""Signed before the bytes of a manifest, so that a signature of it is one of nothing else."""

LARGEST_MANIFEST = 16 * 1024 * 1024
LARGEST_SIGNATURE = 64 * 1024
LONGEST_LINE = 4 * 1024 * 1024
MOST_FILES = 20_000
MOST_FINDINGS = 100
_PIECE = 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+@-]*(/[A-Za-z0-9_][A-Za-z0-9._+@-]*){0,3}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
START = bytes(32)
"""What the first link of an extract follows."""


class UnreadableError(Exception):
    """It cannot be checked at all: no pack, or ``cryptography`` is missing."""


@dataclass
class Verdict:
    """What was found wrong, each with its place, and what there is to say else."""

    wrong: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])

    def add(self, where: str, what: str) -> None:
        """Note a finding; beyond a hundred they are only counted."""
        if len(self.wrong) < MOST_FINDINGS:
            self.wrong.append(f"{where}: {what}")
        elif len(self.wrong) == MOST_FINDINGS:
            self.wrong.append("and more")

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong


class Source(Protocol):
    """Where the files of a manifest are."""

    def names(self) -> list[str]:
        """All there are, as they are called; twice what is there twice."""
        ...

    def open(self, name: str) -> IO[bytes]:
        """One of them."""
        ...


class Zip:
    """The files of a pack."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
            raise UnreadableError(f"{path}: no zip file: {error}") from error

    def names(self) -> list[str]:
        """All there are."""
        return self._zip.namelist()

    def open(self, name: str) -> IO[bytes]:
        """One of them."""
        return self._zip.open(name)

    def close(self) -> None:
        """Close the file."""
        self._zip.close()


class Folder:
    """The files of one day of an archive."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        """All there are."""
        return sorted(file.name for file in self._path.iterdir())

    def open(self, name: str) -> IO[bytes]:
        """One of them."""
        return (self._path / name).open("rb")


class Key:
    """A public key, Ed25519 (RFC 8032)."""

    def __init__(self, raw: bytes) -> None:
        self.fingerprint = hashlib.sha256(raw).hexdigest()
        try:
            from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - may be missing
            from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415
        except ImportError as error:
            raise UnreadableError("signatures need: pip install cryptography") from error
        self._invalid = InvalidSignature
        try:
            self._key = ed25519.Ed25519PublicKey.from_public_bytes(raw)
        except ValueError as error:
            raise UnreadableError(f"no Ed25519 key: {error}") from error

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Whether a signature is that of this key."""
        try:
            self._key.verify(signature, message)
        except self._invalid:
            return False
        return True


def key_in(path: Path) -> Key:
    """The public key in a file: PEM as OpenSSL writes it, or 64 hexadecimal digits.

    Raises:
        UnreadableError: it is none.
    """
    try:
        text = path.read_bytes()[:LARGEST_SIGNATURE].decode()
        body = "".join(line for line in text.splitlines() if not line.startswith("-----"))
        if "-----BEGIN PUBLIC KEY-----" not in text:
            return Key(bytes.fromhex(text.strip()))
        coded = base64.b64decode(body, validate=True)
    except (OSError, ValueError) as error:
        raise UnreadableError(f"{path}: no public key: {error}") from error
    # RFC 8410: the raw key is the last 32 bytes, after the name of the algorithm.
    if len(coded) != 44 or not coded.startswith(bytes.fromhex("302a300506032b6570032100")):  # noqa: PLR2004
        raise UnreadableError(f"{path}: no Ed25519 public key")
    return Key(coded[-32:])


@dataclass
class Sealed:
    """A manifest, and what its bytes hash to."""

    manifest: dict[str, Any]
    sha256: str
    key: str = ""


def verify(path: Path, keys: Sequence[Key] = (), *, unsigned: bool = False) -> Verdict:
    """Check a pack or an archive.

    ``keys`` are those the station has had; without any the key within has to do, which proves
    nothing of who signed. ``unsigned``: a signature may be missing.

    Raises:
        UnreadableError: it is neither.
    """
    verdict = Verdict()
    if path.is_dir():
        _archive(path, keys, verdict, unsigned=unsigned)
        return verdict
    source = Zip(path)
    try:
        _pack(source, keys, verdict, unsigned=unsigned)
    finally:
        source.close()
    return verdict


def _pack(source: Source, keys: Sequence[Key], verdict: Verdict, *, unsigned: bool) -> None:
    sealed = _sealed(source, PACK, keys, verdict, unsigned=unsigned)
    if sealed is None:
        return
    altered = _files(source, sealed.manifest, verdict)
    extract = _table(sealed.manifest.get("extract"))
    if extract and "journal.jsonl" in source.names():
        before = len(verdict.wrong)
        _extract(source, extract, verdict)
        if "journal.jsonl" in altered and len(verdict.wrong) == before:
            verdict.add("journal.jsonl", "is not the file that was signed")
        _readings(source, verdict)
        if CHAIN in source.names() and not verdict.wrong:
            _chain(source, sealed.manifest, keys, verdict)
    verdict.notes.append(_about(sealed.manifest))


def _about(manifest: Mapping[str, Any]) -> str:
    subject, journal = _table(manifest.get("subject")), _table(manifest.get("journal"))
    return (
        f"{subject.get('id', '?')}: station {manifest.get('station', '?')}, entries "
        f"{journal.get('first', '?')} to {journal.get('last', '?')}, "
        f"{len(_list(manifest.get('files')))} files"
    )


def _archive(path: Path, keys: Sequence[Key], verdict: Verdict, *, unsigned: bool) -> None:
    """Day by day: each is sealed, and says what the manifest of the day before hashes to."""
    days = sorted(day for day in path.iterdir() if day.is_dir() and _DAY.fullmatch(day.name))
    if not days:
        raise UnreadableError(f"{path}: no archive: there is no folder of a day in it")
    previous, last, count = "", 0, 0
    for number, day in enumerate(days):
        found = Verdict()
        sealed = _sealed(Folder(day), ARCHIVE, keys, found, unsigned=unsigned)
        if sealed is not None:
            previous, last = _follows(day.name, sealed, previous, last, number, found)
            _files(Folder(day), sealed.manifest, found)
            count += _number(sealed.manifest.get("entries"))
        for text in found.wrong:
            verdict.add(day.name, text)
        verdict.notes += found.notes
    verdict.notes = list(dict.fromkeys(verdict.notes))
    verdict.notes.append(f"{len(days)} days, {days[0].name} to {days[-1].name}, {count} entries")


def _follows(
    day: str, sealed: Sealed, previous: str, last: int, number: int, verdict: Verdict
) -> tuple[str, int]:
    manifest = sealed.manifest
    said = str(manifest.get("previous", ""))
    if manifest.get("day") != day:
        verdict.add(MANIFEST, f"is that of {manifest.get('day')}: the days are not in their order")
    if number == 0 and said:
        verdict.notes.append(f"begins after {manifest.get('previous_day')}, which is not here")
    elif number and said != previous:
        verdict.add(
            MANIFEST,
            f"does not follow the day before it: {manifest.get('previous_day') or 'an older day'} "
            "is missing or altered",
        )
    first = _number(manifest.get("first"))
    if number and first <= last:
        verdict.add(MANIFEST, f"begins with entry {first}, which the day before has")
    return sealed.sha256, _number(manifest.get("last"))


def _sealed(
    source: Source, kind: str, keys: Sequence[Key], verdict: Verdict, *, unsigned: bool
) -> Sealed | None:
    """The manifest, if it can be read; what is wrong with its signature is noted."""
    names = source.names()
    if len(names) > MOST_FILES:
        raise UnreadableError(f"more than {MOST_FILES} files")
    content = _small(source, MANIFEST, LARGEST_MANIFEST, names, verdict)
    if content is None:
        return None
    try:
        manifest = cast("object", json.loads(content))
    except (ValueError, RecursionError):
        verdict.add(MANIFEST, "is no JSON: it is altered")
        return None
    found = _table(manifest)
    if found.get("format") != kind:
        verdict.add(MANIFEST, f"is none of {kind}")
        return None
    if found.get("version") != VERSION:
        raise UnreadableError(f"version {found.get('version')} of {kind}; this checks {VERSION}")
    signed_by = ""
    if SIGNATURE in names:
        signed_by = _signature(source, content, keys, names, verdict)
    elif not unsigned:
        verdict.add(SIGNATURE, "is missing: nobody has signed this")
    else:
        verdict.notes.append("not signed")
    return Sealed(found, hashlib.sha256(content).hexdigest(), signed_by)


def _signature(
    source: Source, content: bytes, keys: Sequence[Key], names: list[str], verdict: Verdict
) -> str:
    text = _small(source, SIGNATURE, LARGEST_SIGNATURE, names, verdict)
    try:
        said = _table(json.loads(text or b"null"))
        raw = bytes.fromhex(str(said["key"]))
        signature = bytes.fromhex(str(said["signature"]))
        enclosed = Key(raw)
    except (ValueError, KeyError, TypeError, RecursionError, UnreadableError) as error:
        if "pip install" in str(error):
            raise
        verdict.add(SIGNATURE, "is no signature: it is altered")
        return ""
    if not _trusted(enclosed, keys):
        verdict.add(SIGNATURE, f"is of another key, {enclosed.fingerprint}")
    if not enclosed.has_signed(DOMAIN + content, signature):
        verdict.add(SIGNATURE, f"is not that of this {MANIFEST}: one of both is altered or swapped")
    elif not keys:
        verdict.notes.append(
            f"signed with the key {enclosed.fingerprint}; that it is the station's only --key shows"
        )
    else:
        verdict.notes.append(f"signed with the key {enclosed.fingerprint}")
    return enclosed.fingerprint


def _trusted(enclosed: Key, keys: Sequence[Key]) -> bool:
    return not keys or enclosed.fingerprint in {key.fingerprint for key in keys}


def _small(
    source: Source, name: str, largest: int, names: list[str], verdict: Verdict
) -> bytes | None:
    if name not in names:
        verdict.add(name, "is missing")
        return None
    try:
        with source.open(name) as file:
            content = file.read(largest + 1)
    except BROKEN as error:
        verdict.add(name, f"cannot be read: {error}")
        return None
    if len(content) > largest:
        verdict.add(name, f"is larger than {largest} bytes")
        return None
    return content


BROKEN = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What reading a damaged or encrypted member raises."""


def _files(source: Source, manifest: Mapping[str, Any], verdict: Verdict) -> set[str]:
    """The names of files that are not what was signed; each is noted."""
    listed: dict[str, tuple[int, str]] = {}
    for item in map(_table, _list(manifest.get("files"))):
        name = str(item.get("name"))
        if not _NAME.fullmatch(name) or name in listed:
            verdict.add(MANIFEST, f"lists {name[:80]!r}, which is no name, or twice")
            continue
        listed[name] = (_number(item.get("size")), str(item.get("sha256")))
    names = source.names()
    there = set(names)
    for name in sorted(there):
        if names.count(name) > 1:
            verdict.add(name[:80], "is there twice")
        if name not in listed and name not in (MANIFEST, SIGNATURE):
            verdict.add(name[:80], "is not in the manifest: somebody put it there")
    altered: set[str] = set()
    for name, (size, sha256) in listed.items():
        what = "is missing" if name not in there else _compared(source, name, size, sha256)
        if what:
            altered.add(name)
            verdict.add(name, what)
    return altered


def _compared(source: Source, name: str, size: int, sha256: str) -> str:
    digest, count = hashlib.sha256(), 0
    try:
        with source.open(name) as file:
            while piece := file.read(_PIECE):
                count += len(piece)
                if count > size:  # a bomb is not unpacked to its end
                    return f"is longer than the {size} bytes that were signed"
                digest.update(piece)
    except BROKEN as error:
        return f"cannot be read: {error}"
    if count != size:
        return f"has {count} bytes instead of {size}"
    return "" if digest.hexdigest() == sha256 else "is altered: its SHA-256 is another"


def link(previous: bytes, content: bytes) -> bytes:
    """What binds the content of a line of an extract to all lines before it."""
    return hashlib.sha256(previous + content).digest()


def joined(told: bytes, content: bytes) -> bytes:
    """A line of an extract: its content, a JSON object, with its link as the first member."""
    return b'{"link":"%b",%b' % (told.hex().encode(), content[1:])


def parted(line: bytes) -> tuple[bytes, bytes]:
    """The link of a line, and its content.

    Raises:
        ValueError: it is no line of an extract.
    """
    if line[:9] != b'{"link":"' or line[73:75] != b'",':
        raise ValueError("a line without a link")
    return bytes.fromhex(line[9:73].decode()), b"{" + line[75:]


def lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file, without their ends.

    Raises:
        ValueError: one is longer than a line may be.
    """
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise ValueError(f"a line has more than {LONGEST_LINE} bytes")
        yield line.rstrip(b"\n")


def _extract(source: Source, said: Mapping[str, Any], verdict: Verdict) -> None:
    """Names the first entry that is not what was written; all that follows depends on it."""
    previous, last, count, name = START, 0, 0, "journal.jsonl"
    try:
        with source.open(name) as file:
            for number, line in enumerate(lines(file), 1):
                told, content = parted(line)
                seq, where = _seq(content), f"{name} line {number}"
                if seq <= last:
                    verdict.add(where, f"entry {seq} comes after {last}: reordered")
                    return
                if link(previous, content) != told:
                    verdict.add(where, _misfit(seq, last, lines(file)))
                    return
                previous, last, count = told, seq, number
    except (*BROKEN, RecursionError) as error:
        verdict.add(name, f"after entry {last}: cannot be read: {error}")
        return
    if count != said.get("lines") or previous.hex() != said.get("link"):
        verdict.add(name, f"ends with entry {last}; what follows was removed")


def _misfit(seq: int, last: int, rest: Iterable[bytes]) -> str:
    """What may have happened to an entry that does not follow the one before it."""
    for line in rest:
        if last < (later := _seq(parted(line)[1])) < seq:
            return f"entry {seq} comes before {later}: reordered"
    return f"entry {seq} is altered, or one between {last} and it was removed"


def _seq(content: bytes) -> int:
    return _number(_table(json.loads(content)).get("seq"))


def _readings(source: Source, verdict: Verdict) -> None:
    """Whether readings.csv says what the extract of the journal says, reading by reading."""
    try:
        with source.open("series.json") as file:
            series = _names(json.loads(file.read(LARGEST_MANIFEST)))
        with source.open("journal.jsonl") as journal, source.open("readings.csv") as readings:
            text = io.TextIOWrapper(readings, "utf-8", newline="")
            _compare(_expected(journal, series), _told(text), verdict)
    except (KeyError, *BROKEN, RecursionError, csv.Error) as error:
        verdict.add("readings.csv", f"cannot be compared with journal.jsonl: {error}")


Row = tuple[int, str, str]
"""Number of the entry, ``instrument.group.channel``, the reading as text."""


def _names(series: object) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for number, key in _table(series).items():
        channels = [_table(one).get("name") for one in _list(_table(key).get("channels"))]
        prefix = f"{_table(key).get('instrument')}.{_table(key).get('group')}"
        found[int(number)] = [f"{prefix}.{channel}" for channel in channels]
    return found


def _expected(file: IO[bytes], series: Mapping[int, list[str]]) -> Iterator[Row]:
    for line in lines(file):
        entry = _table(json.loads(parted(line)[1]))
        if "values" in entry:
            seq, names = _number(entry.get("seq")), series[_number(entry.get("series"))]
            for name, value in zip(names, _list(entry["values"]), strict=True):
                yield seq, name, plain(value)


def _told(text: IO[str]) -> Iterator[Row]:
    for row in csv.DictReader(text):
        name = f"{row['instrument']}.{row['group']}.{row['channel']}"
        reading = row["uncorrected"] if row["certificate"] else row["value"]
        yield int(row["seq"]), name, reading


def plain(value: object) -> str:
    """A value as CSV has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    # A lone surrogate, bytes of an instrument that are not text, stands there escaped.
    return "" if value is None else str(value).encode("utf-8", "backslashreplace").decode()


def _compare(expected: Iterable[Row], told: Iterable[Row], verdict: Verdict) -> None:
    rows = iter(told)
    for number, wanted in enumerate(expected, 2):
        found = next(rows, None)
        if found == wanted:
            continue
        where = f"readings.csv line {number}"
        if found is None:
            verdict.add(where, f"the reading of {wanted[1]} of entry {wanted[0]} was removed")
        elif found[:2] != wanted[:2]:
            verdict.add(
                where,
                f"{found[1]} of entry {found[0]} stands where {wanted[1]} of entry {wanted[0]} "
                "belongs: rows were removed, added or reordered",
            )
        else:
            verdict.add(
                where, f"{wanted[1]} of entry {wanted[0]} is {found[2]!r}, not {wanted[2]!r}"
            )
        return
    if (extra := next(rows, None)) is not None:
        verdict.add("readings.csv", f"has more readings than the journal, from entry {extra[0]} on")


def _chain(
    source: Source, manifest: Mapping[str, Any], keys: Sequence[Key], verdict: Verdict
) -> None:
    """Whether the entries are those of the journal's chain, and none of its scans is left out."""
    try:
        with source.open("series.json") as file:
            series = _table(json.loads(file.read(LARGEST_MANIFEST)))
        with source.open("journal.jsonl") as journal, source.open(CHAIN) as chain:
            proof = _Proof(manifest, series, (parted(line)[1] for line in lines(journal)), verdict)
            for number, line in enumerate(lines(chain), 1):
                if not proof.take(f"{CHAIN} line {number}", _table(json.loads(line)), keys):
                    return
            proof.end()
    except (KeyError, TypeError, IndexError, struct.error, *BROKEN, RecursionError) as error:
        verdict.add(CHAIN, f"cannot be read: {error!r}")


class _Proof:
    """Follows the chain (docs/reference/chain.md of lab-daq) beside the entries of the pack."""

    def __init__(
        self,
        manifest: Mapping[str, Any],
        series: Mapping[str, Any],
        entries: Iterator[bytes],
        verdict: Verdict,
    ) -> None:
        self._manifest, self._series, self._verdict = manifest, series, verdict
        self._entries = (_table(json.loads(content)) for content in entries)
        self._next = next(self._entries, None)
        self._statuses = _table(manifest.get("statuses"))
        subject = _table(manifest.get("subject"))
        self._period = (_number(subject.get("start")), _number(subject.get("end")))
        self._digests: dict[int, bytes] = {0: bytes(32)}
        self._widths: dict[int, int] = {}
        self._before = b""
        self._contents = hashlib.sha256()
        self._links: dict[int, str] = {}
        self._vouched = 0

    def take(self, where: str, line: Mapping[str, Any], keys: Sequence[Key]) -> bool:
        """The next line of the proof; False when it does not hold."""
        if "before" in line:
            if self._before:
                self._verdict.notes.append(f"{where}: the journal's chain begins anew there")
            self._before = bytes.fromhex(line["before"])
            what = ""
        elif "key" in line:
            what = self._key(int(line["series"]), str(line["key"]))
        elif "entry" in line:
            what = self._entry(*line["entry"])
        elif "checkpoint" in line:
            what = self._checkpoint(str(line["checkpoint"]), keys)
        else:
            what = self._link(line)
        if what:
            self._verdict.add(where, what)
        return not what

    def end(self) -> None:
        """Nothing follows."""
        if self._next is not None:
            self._verdict.add(CHAIN, f"has not entry {self._next.get('seq')} of journal.jsonl")
        position = _table(self._manifest.get("chain"))
        if self._links.get(_number(position.get("entry"))) != position.get("link"):
            self._verdict.add(CHAIN, f"does not reach entry {position.get('entry')}")
        elif not self._vouched:
            self._verdict.notes.append("no signed checkpoint vouches for the chain beyond the pack")

    def _key(self, number: int, text: str) -> str:
        key = _table(json.loads(text))
        self._digests[number] = hashlib.sha256(text.encode()).digest()
        self._widths[number] = len(_list(key.get("channels")))
        known = self._series.get(str(number))
        return "" if known in (None, key) else f"series {number} is another in series.json"

    def _entry(self, seq: int, time: int, number: int, coded: str) -> str:
        body = bytes.fromhex(coded)
        head = struct.pack("<qqq32sq", seq, time, number, self._digests[number], len(body))
        self._contents.update(head + body)
        if self._next is None or self._next.get("seq") != seq:
            wanted = number and str(number) in self._series
            if wanted and self._period[0] <= time < self._period[1]:
                return f"entry {seq} was left out of the pack"
            return ""
        entry, self._next = self._next, next(self._entries, None)
        if entry.get("time") != time or not self._is(entry, number, body):
            return f"entry {seq} is another in journal.jsonl"
        return ""

    def _is(self, entry: Mapping[str, Any], number: int, body: bytes) -> bool:
        if not number:
            stored = _table(json.loads(body))
            return all(entry.get(name) == stored.get(name) for name in _EVENT)
        values, statuses = values_in(body, self._widths[number])
        told = [self._statuses.get(word) for word in _list(entry.get("statuses"))]
        good = [0] * len(values)
        return entry.get("values") == values and (told or good) == statuses

    def _link(self, line: Mapping[str, Any]) -> str:
        contents, self._contents = self._contents.digest(), hashlib.sha256()
        if "contents" in line:
            contents = bytes.fromhex(line["contents"])
        follows = hashlib.sha256(self._before + contents).digest()
        self._before = bytes.fromhex(line["link"])
        self._links[int(line["last"])] = self._before.hex()
        if follows != self._before:
            return f"the group up to entry {line['last']} is altered"
        return ""

    def _checkpoint(self, text: str, keys: Sequence[Key]) -> str:
        statement, _, coded = text.partition("signature: ")
        split = (line.partition(": ") for line in statement.splitlines()[1:])
        said = {name: value for name, _, value in split}
        entry = int(said["entry"])
        if said["station"] != self._manifest.get("station"):
            return f"the checkpoint of entry {entry} is of another station"
        if self._links.get(entry) != said["link"]:
            return f"the checkpoint of entry {entry} vouches for another link"
        if not coded:
            return ""
        enclosed = Key(base64.b64decode(said["public-key"], validate=True))
        signature = base64.b64decode(coded.strip(), validate=True)
        if not _trusted(enclosed, keys):
            note = f"the checkpoint of entry {entry} is of another key, {enclosed.fingerprint}"
            self._verdict.notes.append(note)
        if not enclosed.has_signed(statement.encode(), signature):
            return f"the signature of the checkpoint of entry {entry} is not its own"
        self._vouched = entry
        self._verdict.notes.append(f"the checkpoint of {said['time']} vouches up to entry {entry}")
        return ""


_EVENT = ("kind", "subject", "severity", "text", "data")


def values_in(body: bytes, width: int) -> tuple[list[Any], list[int]]:
    """The values and statuses of a stored scan; the forms are those of daq/journal/codec.py.

    Raises:
        ValueError, struct.error, IndexError: it is none.
    """
    form, start, statuses = body[0] & 0x7F, 1, [0] * width
    if body[0] & 0x80:
        start, statuses = 1 + width, list(body[1 : 1 + width])
    rest = body[start:]
    if form in (1, 2):
        return list(struct.unpack(f"<{width}{'f' if form == 1 else 'd'}", rest)), statuses
    if form == 3:  # noqa: PLR2004 - the numbers of the forms
        return [None] * width, [rest[0]] * width
    if form == 4:  # noqa: PLR2004
        return cast("list[Any]", _Packed(rest).value()), statuses
    if form == 5:  # noqa: PLR2004
        return cast("list[Any]", json.loads(rest)), statuses
    raise ValueError(f"form {form} of a scan")


_NUMBERS = {0xCB: ">d", 0xCC: ">B", 0xCD: ">H", 0xCE: ">I", 0xCF: ">Q"} | {
    0xD0: ">b",
    0xD1: ">h",
    0xD2: ">i",
    0xD3: ">q",
}
_SIZES = {0xD9: ">B", 0xDA: ">H", 0xDB: ">I", 0xDC: ">H", 0xDD: ">I"}


class _Packed:
    """As much of MessagePack as a scan has: nil, booleans, integers, float64, text, one array."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def value(self, depth: int = 0) -> object:
        code = int(self._number(">B"))
        if code <= 0x7F or code >= 0xE0:  # noqa: PLR2004 - as MessagePack numbers them
            return code if code <= 0x7F else code - 256  # noqa: PLR2004
        if code in (0xC0, 0xC2, 0xC3):
            return {0xC0: None, 0xC2: False, 0xC3: True}[code]
        if code in _NUMBERS:
            return self._number(_NUMBERS[code])
        size = int(self._number(_SIZES[code])) if code in _SIZES else code & 0x1F
        if code & 0xE0 == 0xA0 or code in (0xD9, 0xDA, 0xDB):  # noqa: PLR2004
            return self._bytes(size).decode()
        if (code & 0xF0 == 0x90 or code in (0xDC, 0xDD)) and not depth:  # noqa: PLR2004
            count = size if code in _SIZES else code & 0x0F
            return [self.value(1) for _ in range(count)]
        raise ValueError(f"code {code:#x} in a scan")

    def _number(self, form: str) -> float:
        return cast("float", struct.unpack(form, self._bytes(struct.calcsize(form)))[0])

    def _bytes(self, size: int) -> bytes:
        found = self._data[self._at : self._at + size]
        if len(found) < size:
            raise ValueError("a scan that ends too early")
        self._at += size
        return found


def _table(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def main(words: list[str] | None = None) -> int:
    """Check what the command line names; the exit code."""
    parser = argparse.ArgumentParser(description="Check an evidence pack or archive of lab-daq.")
    parser.add_argument("path", type=Path, help="PACK.zip, or the folder of an archive")
    parser.add_argument(
        "--key", type=Path, action="append", default=[], help="public key of the station (repeat)"
    )
    parser.add_argument("--unsigned", action="store_true", help="a signature may be missing")
    given = parser.parse_args(words)
    try:
        keys = [key_in(path) for path in given.key]
        verdict = verify(given.path, keys, unsigned=given.unsigned)
    except (UnreadableError, OSError) as error:
        print(f"cannot be checked: {error}", file=sys.stderr)  # noqa: T201 - a program of its own
        return 2
    for line in (*verdict.notes, *verdict.wrong):
        print(line)  # noqa: T201
    print("everything is as it was written" if verdict.sound else "NOT as it was written")  # noqa: T201
    return 0 if verdict.sound else 1


if __name__ == "__main__":
    sys.exit(main())
