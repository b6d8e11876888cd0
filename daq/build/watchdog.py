"""Builds the watchdog: whose pulse it watches, and what it says of the daemon. No I/O."""

from collections.abc import Iterator

from daq.daemon.running import Running
from daq.journal.journal import Journal
from daq.pulse import Pulse
from daq.watchdog import Watchdog


def build_watchdog(running: Running, journal: Journal, *others: Pulse) -> Watchdog:
    """Watches the journal, every poller and pump that runs at the moment, and ``others``."""

    def pulses() -> Iterator[Pulse]:
        yield from (journal.pulse, *others)
        yield from (poller.pulse for poller in running.buses)
        yield from (pump.pulse for pump in running.sinks)

    return Watchdog(pulses, lambda: status_line(running, journal), journal)


def status_line(running: Running, journal: Journal) -> str:
    """Such as ``12 instruments, 11 answering, journal 12,345, sinks 2/2``."""
    instruments = [item for poller in running.buses for item in poller.instruments]
    answering = sum(item.counters.state == "answering" for item in instruments)
    connected = sum(pump.statistics.connected_since is not None for pump in running.sinks)
    trouble = " in trouble" if journal.trouble else ""
    return (
        f"{len(instruments)} instruments, {answering} answering, "
        f"journal {journal.committed:,}{trouble}, sinks {connected}/{len(running.sinks)}"
    )
