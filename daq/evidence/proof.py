"""What shows that the entries of a pack are those of the journal's chain, and that none is missing.

Whole groups of the chain (docs/reference/chain.md), from the one with the first entry to the
checkpoint that vouches for the last: entries as they are stored where the pack has any of a group,
else their hash. So a pack with a proof holds what was committed together with its entries.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from daq.evidence.material import Material
from daq.journal import kinds
from daq.journal.chain.checkpoint import Checkpoint, CheckpointError, parse
from daq.journal.chain.read import ChainReader, Group, JournalUnchainedError
from daq.journal.query import Query
from daq.journal.reader import JournalReader


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """Where in the chain the last entry of a pack is: the end of its group, and the link there."""

    entry: int
    link: str


def position_of(path: Path, material: Material) -> Position | None:
    """Where a pack ends in the chain; None in a journal that has none there.

    Raises:
        JournalError: the journal cannot be read.
    """
    last = material.numbers.last
    try:
        with ChainReader(path) as chain:
            groups = [(group.rows[-1][0], group.link) for group in chain.groups(last, last)]
    except JournalUnchainedError:
        return None
    return Position(entry=groups[-1][0], link=groups[-1][1].hex()) if groups and last else None


def write_proof(reader: JournalReader, material: Material, stream: BinaryIO) -> None:
    """Write the chain of a pack.

    Raises:
        JournalUnchainedError: the journal is older than the chain.
        JournalError: it cannot be read.
    """
    wanted = {one.id for one in material.series}
    events = {one.seq for one in material.events}
    checkpoints = list(_checkpoints(reader, material))
    last = max([material.numbers.last, *(one.entry for one in checkpoints[-1:])])
    with ChainReader(reader.path) as chain:
        writer = _Writer(stream, _keys(chain))
        for group in chain.groups(material.numbers.first, last):
            shown = any(
                row[0] in events or (row[2] in wanted and _within(row[1], material))
                for row in group.rows
            )
            writer.group(group, shown=shown)
        writer.checkpoints(checkpoints)


def _within(time: int, material: Material) -> bool:
    return material.subject.start <= time < material.subject.end


def _checkpoints(reader: JournalReader, material: Material) -> Iterator[Checkpoint]:
    """Those within a pack, and the first that vouches for its last entry."""
    for event in reader.events(Query(start=material.subject.start)):
        if event.kind != kinds.CHECKPOINT.name:
            continue
        try:
            found = parse(str(event.data.get("text")))
        except CheckpointError:
            continue
        if found.entry >= material.numbers.first:
            yield found
        if found.entry >= material.numbers.last:
            return


def _keys(chain: ChainReader) -> dict[int, str]:
    rows = chain.file.rows("SELECT id, key FROM series ORDER BY id")
    return {int(number): str(key) for number, key in rows}


class _Writer:
    def __init__(self, stream: BinaryIO, keys: dict[int, str]) -> None:
        self._stream, self._keys = stream, keys
        self._before = b""
        self._told: set[int] = set()

    def group(self, group: Group, *, shown: bool) -> None:
        if group.before != self._before:
            self._line({"before": group.before.hex()})
        self._before = group.link
        end = {"link": group.link.hex(), "last": group.rows[-1][0]}
        if shown:
            self._series(row[2] for row in group.rows)
            for row in group.rows:
                self._line({"entry": [*row[:3], row[3].hex()]})
        else:
            end["contents"] = group.contents.hex()
        self._line(end)

    def checkpoints(self, found: Iterable[Checkpoint]) -> None:
        for one in found:
            self._line({"checkpoint": one.text})

    def _series(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            if number and number not in self._told:
                self._told.add(number)
                self._line({"series": number, "key": self._keys[number]})

    def _line(self, value: object) -> None:
        self._stream.write(json.dumps(value, separators=(",", ":")).encode() + b"\n")
