"""Recognising an instrument that speaks text: what its profile's identification says, no more."""

from drivers.asker import Asker
from drivers.text.ask import Query
from drivers.text.driver import TextDriver
from drivers.text.profile import TextProfile
from drivers.text.voice import make_voice


def make_asker(profile: TextProfile, address: str) -> Asker | None:
    """What recognises an instrument of this profile; None when the profile has no ``[identify]``.

    ``wake`` and ``startup`` are not sent: they may mean something else to another instrument.
    """
    if profile.identify is None:
        return None
    mute = _mute(profile)
    ways = [make_voice(mute, line, address).identification for line in mute.text.variants]
    first = ways[0][0].steps[0]
    allowed = frozenset(step.data for way in ways for request in way for step in request.steps)
    return Asker(
        driver=TextDriver(mute, address),
        permits=allowed.__contains__,
        first=first.data,
        length=first.shape.longest,
        attempts=len(ways),
        specific=bool(profile.identify.expect),
    )


def _mute(profile: TextProfile) -> TextProfile:
    """The profile without what it tells an instrument and waits to hear, and without patience."""
    line = profile.text.model_copy(update={"wake": (), "startup": ()})
    query = {name: _impatient(one) for name, one in profile.query.items()}
    return profile.model_copy(update={"text": line, "stream": {}, "query": query})


def _impatient(query: Query) -> Query:
    """The query with the time-out of the line."""
    before = tuple(step.model_copy(update={"timeout": None}) for step in query.before)
    return query.model_copy(update={"timeout": None, "before": before})
