"""One look at a view: who looks, in which language, with which choices in the link."""

from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec

from daq.access.roles import Permission
from daq.access.user import Person
from daq.web.data.snapshot import Snapshot
from daq.web.text import Text
from daq.web.words import Words


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """What a view is asked. ``path`` names what is looked at, ``choices`` are of the link's query.

    ``now`` is the moment of the request (ns), at which periods end that reach up to now: the
    journal is read for them, and may be ahead of the snapshot. ``person`` is who has signed in,
    None for others. ``renewal`` says that the page is there already and only what is
    new of it is wanted.
    """

    snapshot: Snapshot
    text: Text
    now: int
    path: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...]]
    person: Person | None = None
    renewal: bool = False

    @property
    def who(self) -> str | None:
        """The name of who has signed in, which goes into the journal; None for others."""
        return None if self.person is None else self.person.name

    def may(self, permission: Permission) -> bool:
        """Whether who looks may do this."""
        return self.person is not None and self.person.may(permission)

    @property
    def words(self) -> Words:
        """How times and spans are said."""
        return Words(self.text, self.snapshot.time)

    def link(self, path: str = "", **choices: str | tuple[str, ...] | None) -> str:
        """A link to ``path`` that says the same but for these choices; None leaves one out."""
        query = [
            (key, value)
            for key, values in {**self.choices, **_all(choices)}.items()
            for value in values
        ]
        return f"{path}?{urlencode(query, safe='/:,')}"

    def choice(self, key: str, default: str = "") -> str:
        """What the link says last for a key."""
        return self.choices.get(key, (default,))[-1]


def _all(choices: Mapping[str, str | tuple[str, ...] | None]) -> dict[str, tuple[str, ...]]:
    return {
        key: () if value is None else (value,) if isinstance(value, str) else value
        for key, value in choices.items()
    }
