"""Writes the daemon's own channels into a page: ``python -m daq.health.reference``."""

from collections.abc import Iterator
from pathlib import Path

from daq.health.vitals import BUS, DAEMON, ITSELF, SINK, bus_group, sink_group
from drivers.model import Channel

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "health.md"

BEGIN = (
    "<!-- Made by `make schema` from daq/health/vitals.py; do not edit between these marks. -->\n"
)
END = "<!-- End of what is made. -->\n"

HEAD = "\n| Scan group | Channel | Unit | |\n|---|---|---|---|\n"

GROUPS = {ITSELF: DAEMON, bus_group("NAME"): BUS, sink_group("NAME"): SINK}


def with_table(page: str) -> str:
    """The page with its table made anew."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}{HEAD}{_rows()}\n{END}{tail}"


def _rows() -> str:
    return "".join(
        row for group, signs in GROUPS.items() for row in _of(group, [s.channel for s in signs])
    )


def _of(group: str, channels: list[Channel]) -> Iterator[str]:
    for channel in channels:
        unit = channel.display_unit
        yield f"| `{group}` | `{channel.name}` | {unit} | {channel.description} |\n"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text("utf-8")), "utf-8")
