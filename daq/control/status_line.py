"""The daemon's state in one line, as `systemctl status` shows it."""

from daq.control.status import DaemonStatus


def status_line(status: DaemonStatus) -> str:
    """Such as ``12 instruments, 11 answering, journal 12,345, sinks 2/2``."""
    answering = sum(item.state == "answering" for item in status.instruments)
    connected = sum(sink.state == "connected" for sink in status.sinks)
    parts = [
        f"{len(status.instruments)} instruments, {answering} answering",
        f"journal {status.journal.committed:,}" + (" in trouble" * bool(status.journal.trouble)),
        f"sinks {connected}/{len(status.sinks)}",
    ]
    return ", ".join(parts)
