"""Many daemons, a clustered broker, a clustered database: how many nodes, and what an outage does.

    python -m tests.bench.scaling [--figures FILE] [--scans 200] [--registers 50] [--write FILE]

A fluid model in steps of a second. Each daemon has a cursor for each of its sinks, so broker and
database are two queues that know nothing of each other; what a tier cannot take waits in the
journals. One daemon's figures come from the benchmark, a node's are assumptions to be replaced by
those of the nodes one has (see docs/explanation/scaling.md). With ``--write`` the table takes the
place of the one in that page.
"""

import argparse
import math
import sys
from pathlib import Path

import msgspec

from tests.bench.figure import Figure
from tests.bench.report import between
from tests.bench.rows.end_to_end import TARGET

STATIONS = (1, 10, 100, 1000)
OUTAGE = 3600
MARKS = "<!-- python -m tests.bench.scaling -->", "<!-- end -->"
LONGEST = 30 * 86400
BROKER_NODE = 100_000.0
DATABASE_NODE = 500_000.0
HEADROOM = 1.5
SUBSCRIBERS = 1
JOURNAL = 10e9
"""Bytes a journal may have: the configuration's default."""

BACKLOG_RATE = 2000.0
"""Entries a second that a sink is given beside what is new: the configuration's default."""


class Station(msgspec.Struct, frozen=True):
    """One daemon: scans a second it makes and can deliver, bytes a scan in its journal."""

    scans: float
    most: float
    bytes: float


class Tier(msgspec.Struct, frozen=True):
    """Nodes that share the load, each scan being written to ``copies`` of them."""

    name: str
    per_node: float
    copies: int

    def nodes(self, scans: float) -> int:
        """How many for this load with headroom, and one more that may be away."""
        return max(self.copies, math.ceil(scans * HEADROOM * self.copies / self.per_node)) + 1

    def takes(self, nodes: int) -> float:
        """Scans a second that so many nodes take."""
        return nodes * self.per_node / self.copies


class Outage(msgspec.Struct, frozen=True):
    """What comes of so many nodes being away for a while: a station's journal, and how long."""

    waiting: float
    drained: int | None


def outage(stations: int, station: Station, tier: Tier, nodes: int, away: int) -> Outage:
    """Step through the outage and what follows it; ``drained`` seconds after its end, or never."""
    made, most = stations * station.scans, stations * station.most
    waiting = peak = 0.0
    for second in range(OUTAGE + LONGEST):
        alive = nodes - away if second < OUTAGE else nodes
        taken = min(most, tier.takes(alive) if alive >= tier.copies else 0.0, waiting + made)
        waiting += made - taken
        peak = max(peak, waiting)
        if second >= OUTAGE and waiting <= made:
            return Outage(peak / stations, second - OUTAGE)
    return Outage(peak / stations, None)


def station_of(figures: list[Figure], scans: float, registers: int) -> Station:
    """A daemon with this load, from what the benchmark measured of one."""
    known = {figure.row: figure for figure in reversed(figures)}
    readings = known["end_to_end"].value if "end_to_end" in known else TARGET
    most = min(readings / registers, scans + BACKLOG_RATE)
    return Station(scans, most, known["journal"].value * registers)


def table(station: Station, broker: Tier, database: Tier) -> str:
    """A Markdown table: nodes needed, and the whole tier away for an hour."""
    head = (
        "Stations",
        "Scans/s",
        "Nodes of the broker",
        "of the database",
        "One node away for an hour",
        "All away for an hour: each journal grows by",
        "and has delivered it after",
    )
    lines = [f"| {' | '.join(head)} |", "|---:|---:|---:|---:|---|---:|---:|"]
    for stations in STATIONS:
        made = stations * station.scans
        nodes = broker.nodes(made), database.nodes(made)
        one = [
            outage(stations, station, t, n, 1)
            for t, n in zip((broker, database), nodes, strict=True)
        ]
        every = [
            outage(stations, station, t, n, n)
            for t, n in zip((broker, database), nodes, strict=True)
        ]
        held = "nothing waits" if max(o.waiting for o in one) <= station.scans else "journals grow"
        slowest = max(math.inf if o.drained is None else o.drained for o in every)
        megabytes = max(o.waiting for o in every) * station.bytes / 1e6
        lines.append(
            f"| {stations:,} | {made:,.0f} | {nodes[0]} | {nodes[1]} | {held} "
            f"| {megabytes:,.0f} MB | {slowest / 60:,.0f} min |"
        )
    hours = JOURNAL / (station.scans * station.bytes) / 3600
    lines += ["", f"A journal of 10 GB holds {hours:,.0f} hours of such a station."]
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--figures", type=Path, default=Path(__file__).with_name("committed.json"))
    parser.add_argument("--scans", type=float, default=200.0, help="scans a second of a station")
    parser.add_argument("--registers", type=int, default=50, help="readings of a scan")
    parser.add_argument("--broker-node", type=float, default=BROKER_NODE, help="messages/s")
    parser.add_argument("--database-node", type=float, default=DATABASE_NODE, help="fields/s")
    parser.add_argument(
        "--subscribers", type=int, default=SUBSCRIBERS, help="that get every message"
    )
    parser.add_argument("--write", type=Path, help="a page whose table is replaced")
    options = parser.parse_args()
    figures = msgspec.json.decode(options.figures.read_bytes(), type=list[Figure])
    station = station_of(figures, options.scans, options.registers)
    broker = Tier("broker", options.broker_node / (1 + options.subscribers), 1)
    database = Tier("database", options.database_node / options.registers, 2)
    made = table(station, broker, database)
    if options.write:
        options.write.write_text(between(options.write.read_text("utf-8"), made, MARKS), "utf-8")
    else:
        sys.stdout.write(made + "\n")


if __name__ == "__main__":
    main()
