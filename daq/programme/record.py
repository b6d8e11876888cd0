"""What happens in a programme as an event of the journal, and back. Pure."""

from collections.abc import Iterable
from hashlib import sha256

import msgspec

from daq.alarms.record import Record
from daq.journal import kinds
from daq.journal.entry import Event, Severity
from daq.journal.eventcodec import Data
from daq.programme.errors import ProgrammeError
from daq.programme.happening import (
    Begun,
    Deviated,
    Done,
    GoesOn,
    Happening,
    Interrupted,
    Late,
    Over,
    Reached,
    Restarted,
)
from daq.programme.plan import Plan, Segment
from daq.programme.programme import Programme
from daq.programme.progress import cycles_of
from daq.programme.result import Interruption, Result
from daq.programme.state import State

WARNS = (Late, Deviated, Restarted, Interrupted)

_CAUSES = {
    "no-data": "no reading of use",
    "power": "the daemon was cut off",
    "stopped": "the daemon was stopped",
    "paused": "the run was paused",
}


def begun_event(run: str, plan: Plan, time: int) -> Record:
    """That a run is compared with a programme, and with which: it is judged by this ever after."""
    programme = plan.programme
    definition = definition_of(programme)
    return Record(
        kind=kinds.PROGRAMME_BEGUN.name,
        subject=run,
        text=f"{run}: programme {programme.title or programme.name}, "
        f"{len(plan.segments)} ramps and dwells, {span(plan.duration)}",
        severity="info",
        data={
            "programme": programme.name,
            "definition": definition,
            "hash": sha256(definition.encode()).hexdigest(),
            "segments": len(plan.segments),
            "seconds": plan.duration / 1e9,
        },
        time=time,
    )


def definition_of(programme: Programme) -> str:
    """A programme as it is journalled; the same for the same programme."""
    return msgspec.json.encode(programme, order="sorted").decode()


def programme_of(event: Event) -> Programme:
    """The programme of a ``programme-begun`` event.

    Raises:
        ProgrammeError: it carries none that can be read.
    """
    try:
        return msgspec.json.decode(str(event.data.get("definition")), type=Programme)
    except msgspec.MsgspecError as error:
        raise ProgrammeError(
            f"event {event.seq}: its programme cannot be read ({error}); a newer version may have "
            "written it"
        ) from error


def event_of(run: str, happening: Happening, plan: Plan, state: State) -> Record:
    """What is journalled of what happened."""
    if isinstance(happening, Over):
        return _over(run, happening, plan, state)
    what, text, data = _told(happening)
    place = place_of(happening.segment)
    return Record(
        kind=kinds.PROGRAMME_STEP.name,
        subject=run,
        text=f"{run}: {place}: {text}",
        severity=_severity(happening),
        data={"what": what, **_segment(happening.segment), **data},
        time=happening.time,
    )


def results_of(events: Iterable[Event]) -> tuple[list[Result], list[Interruption]]:
    """What the events of a run tell of what was done, and of interruptions that are over.

    What cannot be read, for a newer version wrote it, is left out.
    """
    results: list[Result] = []
    interruptions: list[Interruption] = []
    for event in events:
        if event.kind != kinds.PROGRAMME_STEP.name:
            continue
        try:
            if text := event.data.get("result"):
                results.append(msgspec.json.decode(str(text), type=Result))
            if text := event.data.get("interruption"):
                interruptions.append(msgspec.json.decode(str(text), type=Interruption))
        except msgspec.MsgspecError:
            continue
    return results, interruptions


def place_of(segment: Segment) -> str:
    """Which step, for people: ``step 2.1 rise, cycle 3``."""
    cycle = ".".join(map(str, segment.cycle))
    kind = " (ramp)" if segment.kind == "ramp" else ""
    return f"step {segment.step} {segment.name}{kind}{f', cycle {cycle}' if cycle else ''}"


def span(ns: int) -> str:
    """A time for people: ``3 d 4 h``, ``5 min``, ``12.5 s``; two units at most."""
    seconds = ns / 1e9
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.3g} s"
    minutes = round(seconds / 60)
    days, minutes = divmod(minutes, 1440)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{days} d" * bool(days), f"{hours} h" * bool(hours)]
    parts.append("" if days else f"{minutes} min" * bool(minutes))
    return " ".join(filter(None, parts))


def _severity(happening: Happening) -> Severity:
    bad = isinstance(happening, Done) and happening.result.verdict == "deviated"
    return "warning" if bad or isinstance(happening, WARNS) else "info"


def _segment(segment: Segment) -> Data:
    return {
        "step": segment.step,
        "name": segment.name,
        "kind": segment.kind,
        "cycle": ".".join(map(str, segment.cycle)),
    }


def _told(  # noqa: PLR0911 - one for each kind
    happening: Happening,
) -> tuple[str, str, Data]:
    """The word for it, the sentence, and what it carries."""
    if isinstance(happening, Begun):
        aims = ", ".join(f"{path.role} {path.end:g}" for path in happening.segment.paths)
        return "begun", f"begun: {aims} for {span(happening.segment.duration)}", {}
    if isinstance(happening, Reached):
        waited = happening.waited
        return "reached", f"within tolerance after {span(waited)}", {"seconds": waited / 1e9}
    if isinstance(happening, Late):
        return "late", "not within tolerance in time", {}
    if isinstance(happening, Deviated):
        return "deviated", _outside(happening), {}
    if isinstance(happening, Restarted):
        return "restarted", f"begins anew; {span(happening.lost)} lost", _lost(happening.lost)
    if isinstance(happening, Interrupted):
        cause = happening.interruption.cause
        return "interrupted", f"interrupted: {_CAUSES[cause]}", {"cause": cause}
    if isinstance(happening, GoesOn):
        return _goes_on(happening.interruption)
    assert isinstance(happening, Done)  # noqa: S101 - there is no other
    return _done(happening.result)


def _outside(happening: Deviated) -> str:
    found = [
        f"{role} {value:g}, {abs(beyond):.3g} {'above' if beyond > 0 else 'below'} tolerance"
        for role, (value, beyond) in happening.values.items()
    ]
    return f"deviates: {'; '.join(found)}"


def _lost(ns: int) -> Data:
    return {"seconds": ns / 1e9}


def _goes_on(over: Interruption) -> tuple[str, str, Data]:
    lasted = over.end - over.begin
    text = f"goes on after {span(lasted)}: {_CAUSES[over.cause]}"
    kept = msgspec.json.encode(over).decode()
    return "goes-on", text, {"cause": over.cause, "seconds": lasted / 1e9, "interruption": kept}


def _done(result: Result) -> tuple[str, str, Data]:
    text = f"{result.verdict}: {span(result.counted)} of {span(result.planned)}"
    if result.reasons:
        text += f" ({', '.join(result.reasons)})"
    kept = msgspec.json.encode(result).decode()
    return "done", text, {"verdict": result.verdict, "result": kept}


def _over(run: str, happening: Over, plan: Plan, state: State) -> Record:
    cycles = [f"{one.loop} {one.completed} of {one.of}" for one in cycles_of(plan, state)]
    text = f"{run}: programme {happening.status}"
    if state.deviated:
        text += f", {state.deviated} of its ramps and dwells deviated"
    fine = happening.status == "completed" and not state.deviated
    return Record(
        kind=kinds.PROGRAMME_ENDED.name,
        subject=run,
        text=text,
        severity="info" if fine else "warning",
        data={
            "status": happening.status,
            "deviated": state.deviated,
            "interruptions": state.interruptions,
            "seconds": state.interrupted / 1e9,
            "cycles": "; ".join(cycles),
        },
        time=happening.time,
    )
