"""What is named on the command line and must be there: an instrument, a bus, a sink, a profile."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

import click

SHOWN = 12
"""Names that are listed; of more there is a word."""


def known(what: str, name: str, names: Iterable[str], path: Path) -> None:
    """Refuse a ``name`` that is none of those in the configuration at ``path``.

    Raises:
        UsageError: what there is, or which was probably meant.
    """
    there = sorted(set(names))
    if name not in there:
        raise click.UsageError(f"no {what} {name!r} in {path}; {choice(name, there)}")


def choice(name: str, names: Iterable[str]) -> str:
    """Which of the names was probably meant, and what there is."""
    there = list(names)
    near = get_close_matches(name, there, 3)
    if near and len(there) > SHOWN:
        return f"did you mean {' or '.join(near)}?"
    meant = f"did you mean {' or '.join(near)}? " if near else ""
    return meant + _listed(there)


def _listed(there: list[str]) -> str:
    if not there:
        return "there is none"
    more = f" and {len(there) - SHOWN} more" if len(there) > SHOWN else ""
    return f"there {'is' if len(there) == 1 else 'are'}: {', '.join(there[:SHOWN])}{more}"
