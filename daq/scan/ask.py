"""Asks instruments that speak text or a binary protocol what they are."""

from collections.abc import Sequence

from daq.scan.finding import Found, Match
from daq.scan.judge import best_first, judge_identity
from daq.scan.line import Line
from daq.scan.plan import Ask, Candidate
from daq.scan.question import NotAQuestionError
from drivers.errors import DriverError, TransportError

ATTEMPTS = 2


async def ask(line: Line, step: Ask) -> None:
    """Ask a question; put what answers under the line's findings.

    Asked once more when the answer was not understood, or when there was none and the rest of an
    earlier question may have spoilt this one.

    Raises:
        TransportError: the line is lost, or does not fall silent.
    """
    for _ in range(ATTEMPTS):
        matches = await _answers(line, step.candidates)
        if matches:
            _found(line, step.candidates[0].address, matches)
            return
        if not line.heard and not step.again:
            return
    line.report(step.candidates[0].asker.first)


async def _answers(line: Line, candidates: Sequence[Candidate]) -> list[Match]:
    """The profiles that the answer fits. What nobody answers is not asked for another profile."""
    matches: list[Match] = []
    for candidate in candidates:
        match = await _identify(line, candidate)
        if match is not None:
            matches.append(match)
        elif not line.heard:
            break
    return matches


async def _identify(line: Line, candidate: Candidate) -> Match | None:
    asker = candidate.asker
    link = await line.open()
    line.forget()
    try:
        with link.permitting(asker.permits):
            identity = await asker.driver.identify(link)
    except TransportError:
        raise
    except NotAQuestionError as error:
        line.findings.notes.append(f"{candidate.known.reference} is left out: {error}")
        return None
    except DriverError:
        return None
    return judge_identity(candidate.known, identity, specific=asker.specific)


def _found(line: Line, address: str | None, matches: Sequence[Match]) -> None:
    """Add to what was found: at one address is one instrument, whatever it was asked."""
    found = line.findings.found
    same = [each for each in found if each.unit is None and each.address == address]
    known = [match for each in same for match in each.matches]
    found[:] = [each for each in found if each not in same]
    every = best_first([*known, *matches])
    found.append(Found(serial=line.serial, address=address, matches=every))
