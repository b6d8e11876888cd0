"""The numbers of a pack worked out again, from the pack alone."""

from collections.abc import Callable, Iterable

import msgspec

from daq.evidence.reading import OpenedPack
from daq.evidence.results import Result, Results
from daq.journal.entry import Scan


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A number that is another than the pack states."""

    channel: str
    what: str
    stated: float | int | str | None
    found: float | int | str | None


class Evaluated(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: the numbers, and where they differ from those stated."""

    scans: int
    results: tuple[Result, ...]
    differences: tuple[Difference, ...]


def evaluate(pack: OpenedPack, again: Callable[[Scan], Scan | None] | None = None) -> Evaluated:
    """Work out the numbers from the readings as they were read.

    ``again`` puts another certificate in the place of that of the pack; scans it leaves out
    stay as they are.

    Raises:
        EvidenceError: the pack cannot be read.
    """
    results, count = Results(), 0
    for scan in pack.scans():
        changed = None if again is None else again(scan)
        results.take(changed or scan)
        count += 1
    found = results.done()
    return Evaluated(
        scans=count, results=found, differences=tuple(differences(pack.results, found))
    )


def differences(stated: Iterable[Result], found: Iterable[Result]) -> Iterable[Difference]:
    """Where numbers differ, channel by channel in the order of the certificates they are under."""
    left, right = _by_channel(stated), _by_channel(found)
    for name in sorted({*left, *right}):
        before, after = left.get(name, []), right.get(name, [])
        if len(before) != len(after):
            yield Difference(
                channel=name, what="certificates", stated=len(before), found=len(after)
            )
        for old, new in zip(before, after, strict=False):
            yield from _of_channel(name, old, new)


def _by_channel(results: Iterable[Result]) -> dict[str, list[Result]]:
    found: dict[str, list[Result]] = {}
    for one in results:
        found.setdefault(one.name, []).append(one)
    return found


def _of_channel(name: str, old: Result, new: Result) -> Iterable[Difference]:
    for what in Result.__struct_fields__:
        before, after = getattr(old, what), getattr(new, what)
        if before == after:
            continue
        if what == "flaws":
            before, after = str(before), str(after)
        yield Difference(channel=name, what=what, stated=before, found=after)
