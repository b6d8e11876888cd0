"""Which events somebody looks for. Pure."""

from collections.abc import Mapping

import msgspec

from daq.journal.query import Query
from daq.web.data.events.brief import Brief, data_of


class Term(msgspec.Struct, frozen=True):
    """One word that is looked for, folded, and what it means as a name.

    ``kinds`` and ``subjects`` are those which people call by a name that has the word in it.
    """

    text: str
    kinds: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Events of a period (ns since 1970 UTC, None: no end) with all of this.

    An empty choice means all; every term must be found.
    """

    start: int | None = None
    end: int | None = None
    kinds: frozenset[str] = frozenset()
    severities: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    terms: tuple[Term, ...] = ()

    @property
    def query(self) -> Query:
        """The period."""
        return Query(start=self.start, end=self.end)

    def wants(self, event: Brief, time: int) -> bool:
        """Whether an event is one of them."""
        return (
            (self.start is None or time >= self.start)
            and (self.end is None or time < self.end)
            and (not self.kinds or event.kind in self.kinds)
            and (not self.severities or event.severity in self.severities)
            and (not self.subjects or event.subject in self.subjects)
            and self._says(event)
        )

    def _says(self, event: Brief) -> bool:
        if not self.terms:
            return True
        said = f"{event.kind}\n{event.subject}\n{event.text}\n{data_of(dict(event.data))}"
        folded = said.casefold()
        return all(
            term.text in folded or event.kind in term.kinds or event.subject in term.subjects
            for term in self.terms
        )


def terms_of(
    text: str, kinds: Mapping[str, str], subjects: Mapping[str, str], most: int
) -> tuple[Term, ...]:
    """The terms of a text somebody looks for, ``most`` of them at most.

    ``kinds`` and ``subjects`` say what people call each.
    """
    return tuple(
        Term(word, _called(kinds, word), _called(subjects, word))
        for word in text.casefold().split()[:most]
    )


def _called(names: Mapping[str, str], word: str) -> frozenset[str]:
    return frozenset(name for name, called in names.items() if word in called.casefold())
