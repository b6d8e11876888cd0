"""The way to the tables of today: from nothing, and from each older version one step at a time.

A step is one transaction: a file that is killed in the middle of it is of the version it was, so
that no copy is needed. A step is never changed once released; a further version is a further
step. Steps are quick whatever the size of the file, for the daemon waits for them.
"""

import sqlite3
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from daq.journal import checksum, notes, schema
from daq.journal.chain import beginning
from daq.journal.found import newest_number
from daq.journal.transaction import transaction

Step: TypeAlias = Callable[[sqlite3.Connection, int], None]
"""Given the time, ns since 1970 UTC."""


def migrate(connection: sqlite3.Connection, path: Path, now: int) -> None:
    """Make the tables of a new file, or bring an older file up to this version.

    Raises:
        JournalSchemaError: it is another program's file, or a newer version wrote it.
        sqlite3.Error: it cannot be written; it is as it was before the step that failed.
    """
    found = schema.check(connection, path)
    if found == 0:
        with transaction(connection):
            create(connection, now)
        return
    for version in range(found, schema.VERSION):
        with transaction(connection):
            STEPS[version](connection, now)
            connection.execute(f"PRAGMA user_version={version + 1}")
            notes.add(connection, now, notes.migrated(version, version + 1))


def create(connection: sqlite3.Connection, now: int) -> None:
    """Make the tables, within the transaction of the caller."""
    for statement in schema.TABLES.split(";"):
        connection.execute(statement)
    connection.executemany(
        "INSERT INTO meta VALUES(?, ?)",
        [("created", str(now)), ("station", str(uuid.uuid4()))],
    )
    beginning.begin(connection, "born", 0, now)
    connection.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={schema.VERSION}")


def _add_checksums(connection: sqlite3.Connection, _: int) -> None:
    """1 to 2: what an older version has written stays unchecked if it is an entry."""
    connection.execute("ALTER TABLE entries ADD COLUMN crc INTEGER")
    connection.create_function("checksum", -1, checksum.of_row, deterministic=True)
    for table, columns in (
        ("series", "id, key"),
        ("blocks", "id, entries, low, high, series"),
        ("seen", "series, block"),
        ("cursors", "sink, live, backlog"),
        ("quarantine", "sink, seq, reason, time"),
    ):
        connection.execute(f"ALTER TABLE {table} ADD COLUMN crc INTEGER")
        connection.execute(f"UPDATE {table} SET crc = checksum('{table}', {columns})")  # noqa: S608
    connection.execute(
        "CREATE TABLE series_again(id INTEGER PRIMARY KEY, key TEXT NOT NULL, crc INTEGER)"
    )
    connection.execute("INSERT INTO series_again SELECT * FROM series")
    connection.execute(
        "CREATE TABLE notes(id INTEGER PRIMARY KEY, time INTEGER NOT NULL, event TEXT NOT NULL)"
    )


def _add_spans(connection: sqlite3.Connection, _: int) -> None:
    """2 to 3: the daemon fills the table block by block while it runs."""
    connection.execute(schema.SPANS)


def _add_chain(connection: sqlite3.Connection, now: int) -> None:
    """3 to 4: the chain begins after what is there; hashing that would take its time."""
    connection.execute("ALTER TABLE entries ADD COLUMN link BLOB")
    connection.execute(schema.BEGINNINGS)
    connection.execute(schema.CHECKPOINTS)
    beginning.begin(connection, "migrated", newest_number(connection), now)


STEPS: dict[int, Step] = {1: _add_checksums, 2: _add_spans, 3: _add_chain}
"""By the version they lead away from."""
