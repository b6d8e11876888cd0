"""Many daemons, a broker and a database of several nodes: what docs/explanation/scaling.md says."""

from pathlib import Path

import msgspec
import pytest

from tests.bench.figure import Figure
from tests.bench.scaling import (
    OUTAGE,
    Outage,
    Station,
    Tier,
    outage,
    station_of,
)

STATION = Station(scans=200.0, most=2200.0, bytes=500.0)
COMMITTED = Path("tests/bench/committed.json")


@pytest.mark.parametrize("stations", [1, 10, 100, 1000])
@pytest.mark.parametrize("copies", [1, 2])
def test_with_one_node_away_nothing_waits(stations: int, copies: int) -> None:
    tier = Tier("any", 10_000.0, copies)
    nodes = tier.nodes(stations * STATION.scans)
    assert outage(stations, STATION, tier, nodes, 1) == Outage(waiting=0.0, drained=0)


def test_while_all_are_away_all_waits_and_nothing_is_lost() -> None:
    tier = Tier("any", 10_000.0, 1)
    found = outage(10, STATION, tier, tier.nodes(2000), tier.nodes(2000))
    assert found.waiting == pytest.approx(OUTAGE * STATION.scans, rel=0.01)
    # What waited and what was made meanwhile, at what the stations may deliver at most.
    assert found.drained == pytest.approx(OUTAGE * 200 / (2200 - 200), rel=0.3)


def test_too_few_nodes_never_catch_up() -> None:
    tier = Tier("any", 1000.0, 1)
    assert outage(10, STATION, tier, 2, 2).drained is None


def test_a_station_is_what_was_measured_of_one_daemon() -> None:
    figures = msgspec.json.decode(COMMITTED.read_bytes(), type=list[Figure])
    known = {figure.row: figure.value for figure in reversed(figures)}
    station = station_of(figures, 200.0, 50)
    assert station.most == min(known["end_to_end"] / 50, 2200)
    assert station.bytes == known["journal"] * 50
