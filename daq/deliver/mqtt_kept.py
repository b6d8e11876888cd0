"""What a broker keeps besides newest scans: states of this moment, and what has to go. Pure."""

from collections.abc import Iterator

import msgspec

from daq.deliver.home_assistant_alarms import announce_alarm, is_alarm, withdraw_alarm
from daq.deliver.mqtt_payload import Composer, Message
from daq.deliver.newest import Topic
from daq.deliver.present import Content, Present, Shown
from daq.journal.entry import Series


class Due(msgspec.Struct, frozen=True):
    """What has to be published of one path; content None where there is none any more."""

    path: str
    content: Content | None
    messages: tuple[Message, ...]


class States:
    """The topics of what is so at this moment. ``discovery`` is Home Assistant's prefix, if any."""

    def __init__(self, composer: Composer, discovery: str) -> None:
        self._composer, self._discovery = composer, discovery
        self._shown = Shown()

    def begin(self) -> None:
        """A new connection."""
        self._shown.begin()

    def due(self, present: Present) -> list[Due]:
        """What has changed since it was said on this connection."""
        return [
            Due(path, content, tuple(self._messages(path, content)))
            for path, content in self._shown.due(present).items()
        ]

    def took(self, due: list[Due]) -> None:
        """The broker has got it."""
        for each in due:
            self._shown.took(each.path, each.content)

    def _messages(self, path: str, content: Content | None) -> Iterator[Message]:
        prefix = self._discovery
        if prefix and is_alarm(path):
            if content is None:
                yield withdraw_alarm(prefix, self._composer, path)
            elif self._shown.is_new(path):
                yield announce_alarm(prefix, self._composer, path, content)
        yield self._composer.present(path, content)


class Absent:
    """The groups nothing is read for any more: kept, their scans would look like the present."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._topics: frozenset[Topic] = frozenset()
        self._cleared: set[Topic] = set()

    def __contains__(self, series: Series) -> bool:
        key = series.key
        return (key.site, key.instrument, key.group) in self._topics

    def clear(self, absent: frozenset[Topic]) -> list[Message]:
        """What takes away the scans and metadata of these, as far as it was not done."""
        self._topics = absent
        gone = sorted(absent - self._cleared)
        return [message for topic in gone for message in self._composer.cleared(topic)]

    def cleared(self, absent: frozenset[Topic]) -> None:
        """The broker has got what ``clear`` made of these; what has come back is kept again."""
        self._cleared = set(absent)
