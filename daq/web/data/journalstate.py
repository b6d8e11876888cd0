"""Whether the journal can be read, in the few ways that make a difference to people. Pure."""

from typing import Literal, TypeAlias

from daq.journal.errors import (
    JournalDamagedError,
    JournalError,
    JournalForeignError,
    JournalMissingError,
    JournalSchemaError,
)

JournalState: TypeAlias = Literal[
    "readable", "missing", "foreign", "version", "damaged", "unreadable"
]


def journal_state(error: JournalError) -> JournalState:
    """What it comes to that reading the journal has failed."""
    match error:
        case JournalMissingError():
            return "missing"
        case JournalForeignError():
            return "foreign"
        case JournalSchemaError():
            return "version"
        case JournalDamagedError():
            return "damaged"
        case _:
            return "unreadable"
