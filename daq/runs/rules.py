"""What the configuration says of runs. Plain data."""

from collections.abc import Collection
from difflib import get_close_matches

import msgspec

from daq.runs.errors import RunError
from daq.runs.happening import Started

SHOWN = 10
"""Names offered in place of a wrong one, at most."""


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What a run may name, and what it has to.

    ``instruments`` are those of the configuration. ``methods`` and ``programmes`` likewise; None
    while nothing knows them, so that any text will do. ``required`` are fields of a start that
    must not be empty. ``shared``: an instrument may be in several runs at a time.
    """

    instruments: frozenset[str] = frozenset()
    methods: frozenset[str] | None = None
    programmes: frozenset[str] | None = None
    required: tuple[str, ...] = ()
    shared: bool = False

    def check(self, started: Started) -> None:
        """See that a run can begin like this.

        Raises:
            RunError: it names what there is not, or leaves out what is required.
        """
        for field in self.required:
            if not getattr(started, field):
                raise RunError(
                    f"{field.replace('_', ' ')} is missing; `[runs] required` asks for it"
                )
        if not started.instruments:
            raise RunError("a run needs one instrument at least")
        for name in started.instruments:
            _known("instrument", name, self.instruments)
        if started.method and self.methods is not None:
            _known("method", started.method, self.methods)
        if started.programme and self.programmes is not None:
            _known("programme", started.programme, self.programmes)


def _known(what: str, name: str, known: Collection[str]) -> None:
    if name in known:
        return
    near = get_close_matches(name, known, 3) or sorted(known)[:SHOWN]
    have = f"there is {', '.join(near)}" if near else "none is configured"
    raise RunError(f"no {what} {name!r}; {have}")
