"""What is told of a run: by the daemon, or out of the journal. Pure."""

from daq.control.runs import RunStatus
from daq.runs.run import Run


def run_status_of(one: Run) -> RunStatus:
    """A run in short."""
    return RunStatus(
        id=one.id,
        state=one.state,
        begun=one.begun,
        begun_by=one.begun_by,
        operator=one.operator,
        instruments=one.instruments,
        sample=one.sample,
        order=one.order,
        standard=one.standard,
        method=one.method,
        programme=one.programme,
        cost_centre=one.cost_centre,
        why=one.why,
        marks=len(one.marks),
        pauses=len(one.pauses),
        signatures=len(one.signatures),
        ended=one.ended,
        ended_by=one.ended_by,
        outcome=one.outcome or "",
        conclusion=one.conclusion,
    )
