"""Where a chain begins: at birth, at a migration, after damage, after deletion."""

import sqlite3
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Literal, TypeAlias

import msgspec

from daq.timefmt import rfc3339

Why: TypeAlias = Literal["born", "migrated", "recovered", "deleted"]

STATED: frozenset[str] = frozenset({"born", "migrated", "recovered"})
"""Why a chain begins with a statement; after a deletion it begins with a link."""


class Beginning(msgspec.Struct, frozen=True):
    """A chain begins after entry ``seq``; ``hash`` stands for the link before its first group.

    ``time`` is ns since 1970 UTC: of the beginning, or of the entry that was deleted last.
    """

    seq: int
    time: int
    why: Why
    hash: bytes


def stated(station: str, why: Why, seq: int, time: int) -> Beginning:
    """The beginning of a chain that follows no other."""
    text = (
        f"lab-daq chain 1\nstation: {station}\nbegins: {why}\nafter: {seq}\ntime: {rfc3339(time)}\n"
    )
    return Beginning(seq, time, why, sha256(text.encode()).digest())


def begin(connection: sqlite3.Connection, why: Why, seq: int, now: int) -> None:
    """Let the chain begin anew after an entry, within the transaction of the caller."""
    station = connection.execute("SELECT value FROM meta WHERE key = 'station'").fetchone()[0]
    insert(connection, [stated(str(station), why, seq, now)])


def insert(connection: sqlite3.Connection, beginnings: Iterable[Beginning]) -> None:
    """Keep beginnings; the newer of two with one number."""
    connection.executemany(
        "INSERT OR REPLACE INTO beginnings VALUES(?, ?, ?, ?)",
        [msgspec.structs.astuple(each) for each in beginnings],
    )


def beginnings_of(rows: Iterable[tuple[Any, ...]]) -> list[Beginning]:
    """The beginnings in rows of ``seq, time, why, hash``.

    Raises:
        msgspec.ValidationError: one is none.
    """
    return [
        msgspec.convert(dict(zip(Beginning.__struct_fields__, row, strict=True)), Beginning)
        for row in rows
    ]


def newest(connection: sqlite3.Connection) -> Beginning:
    """The beginning of the chain that new entries go on with.

    Raises:
        LookupError, msgspec.ValidationError: the table is damaged.
    """
    return beginnings_of(
        connection.execute("SELECT * FROM beginnings ORDER BY seq DESC LIMIT 1").fetchall()
    )[0]
