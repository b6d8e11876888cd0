"""One look at a view: who looks, in which language, with which choices in the link."""

from collections.abc import Mapping

import msgspec

from daq.web.data.snapshot import Snapshot
from daq.web.text import Text
from daq.web.words import Words


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """What a view is asked. ``path`` names what is looked at, ``choices`` are of the link's query.

    ``who`` is the name of who has signed in, None for others. ``root`` is what links begin with.
    """

    snapshot: Snapshot
    text: Text
    path: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...]]
    who: str | None = None

    @property
    def words(self) -> Words:
        """How times and spans are said."""
        return Words(self.text, self.snapshot.time)

    def choice(self, key: str, default: str = "") -> str:
        """What the link says last for a key."""
        return self.choices.get(key, (default,))[-1]
