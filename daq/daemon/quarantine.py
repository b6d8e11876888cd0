"""Answers the command ``quarantine`` of the control socket."""

from daq.control.quarantine import QuarantineRequest, Released
from daq.control.server import RefusedError
from daq.daemon.release import Release, drop, retry
from daq.daemon.running import Running
from daq.deliver.pump import Pump
from daq.journal.errors import JournalError
from daq.journal.journal import Journal


class Quarantine:
    """The quarantines of the sinks that run, and of those that ran."""

    def __init__(self, running: Running, journal: Journal) -> None:
        self._running = running
        self._journal = journal

    async def answer(self, request: QuarantineRequest) -> Released:
        """Retry or drop the entries a request names, as far as they are in quarantine.

        Raises:
            RefusedError: no such sink or action, or the journal cannot be read.
        """
        sink, ranges = request.sink, request.ranges
        why = Release(request.by, request.reason)
        try:
            if request.action == "retry":
                pump = self._pump(sink)
                return await retry(self._journal, sink, ranges, why, pump.requeue)
            if request.action == "drop":
                return await drop(self._journal, sink, ranges, why)
        except JournalError as error:
            raise RefusedError(str(error)) from error
        raise RefusedError(f"unknown action {request.action!r}; there is: retry, drop")

    def _pump(self, sink: str) -> Pump:
        pump = self._running.sinks.get(sink)
        if pump is None:
            names = ", ".join(self._running.sinks.names) or "none"
            raise RefusedError(f"no sink {sink!r} to give them to again; there is: {names}")
        return pump
