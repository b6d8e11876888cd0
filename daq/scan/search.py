"""Asks what was planned, until something is found or all was tried."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeAlias

from daq.scan.ask import ask
from daq.scan.bounds import Bounds
from daq.scan.collapse import collapse
from daq.scan.finding import Findings, Found, show_line
from daq.scan.known import Known
from daq.scan.line import Line
from daq.scan.place import Place
from daq.scan.plan import Ask, Step, Trial
from daq.scan.seek import seek
from drivers.errors import LineNotQuietError, OpenFailedError, TransportError

Progress: TypeAlias = Callable[[float, str], None]
"""Told how many of the planned seconds are behind, and what is tried now."""


def no_progress(behind: float, text: str) -> None:
    """Tell nobody."""
    del behind, text


class Search:
    """One scan. ``findings`` can be read at any time, also after it was cancelled."""

    def __init__(
        self,
        place: Place,
        trials: Sequence[Trial],
        profiles: Sequence[Known],
        bounds: Bounds,
        progress: Progress = no_progress,
    ) -> None:
        self.findings = Findings()
        self._place = place
        self._trials = trials
        self._modbus = [each for each in profiles if each.protocol == "modbus"]
        self._bounds = bounds
        self._progress = progress
        self._behind = 0.0

    async def run(self) -> None:
        """Search within the limit of time.

        A line has one setting: once something was found, no other is tried.

        Raises:
            OpenFailedError: the line cannot be opened with any setting.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(self._bounds.limit):
                await self._all()
                self.findings.complete = True

    async def _all(self) -> None:
        failures: list[OpenFailedError] = []
        for trial in self._trials:
            ahead = self._behind + trial.seconds
            try:
                await self._try(trial)
            except OpenFailedError as error:
                failures.append(error)
            self._behind = ahead
            if self.findings.found:
                break
        if failures and len(failures) == len(self._trials):
            raise failures[0]
        self.findings.notes += dict.fromkeys(map(str, failures))

    async def _try(self, trial: Trial) -> None:
        line = Line(self._place, trial.serial, self._bounds, self.findings)
        try:
            for step in trial.steps:
                if _superfluous(step, self.findings.found):
                    continue
                self._progress(self._behind, _words(trial, step))
                if not await self._step(line, step):
                    break
                self._behind += step.seconds
        finally:
            self.findings.found[:] = collapse(self.findings.found, trial.steps)
            if any(each.matches for each in self.findings.found):
                self.findings.heard.clear()  # its answers to questions meant for others
            await line.close()

    async def _step(self, line: Line, step: Step) -> bool:
        """Take a step; False when the rest of the trial is no use."""
        try:
            if isinstance(step, Ask):
                await ask(line, step)
            else:
                await seek(line, step, self._modbus)
        except OpenFailedError:
            raise
        except LineNotQuietError as error:
            self.findings.notes.append(f"{show_line(line.serial)} {error}".strip())
            line.report(b"")
            return False
        except TransportError:
            await line.close()  # hung up on a question it does not know; the next opens it anew
        return True


def _superfluous(step: Step, found: Sequence[Found]) -> bool:
    """What cannot find anything any more.

    An instrument without an address is alone on its line. Where its profile is not sure, it is
    still asked other questions.
    """
    alone = [each for each in found if each.unit is None and each.address is None]
    if isinstance(step, Ask):
        return any(match.sure for each in alone for match in each.matches)
    return bool(alone) or any(each.framing not in (None, step.framing) for each in found)


def _words(trial: Trial, step: Step) -> str:
    if isinstance(step, Ask):
        first = step.candidates[0]
        what = ", ".join(candidate.known.reference for candidate in step.candidates)
        what += f" at {first.address}" if first.address else ""
    else:
        what = f"Modbus {'TCP ' if step.framing == 'tcp' else ''}unit {step.unit}"
    return f"{show_line(trial.serial)} {what}".strip()
