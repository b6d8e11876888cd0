import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daq.acquire.plan import HEAVY, BusDemand, GroupDemand, PlanReport, plan
from drivers.driver import Exchange

CHARACTER_9600_8N1 = 10 / 9600
POLL = Exchange(sent=8, received=25, pause=0.005)
"""Ten registers over Modbus RTU: 8 characters out, 5 + 20 back."""


def group(
    interval: float, *exchanges: Exchange, name: str = "power", instrument: str = "mains"
) -> GroupDemand:
    return GroupDemand(
        instrument=instrument, group=name, interval=interval, channels=5, exchanges=exchanges
    )


def line(*groups: GroupDemand, name: str = "rs485-1") -> BusDemand:
    return BusDemand(
        name=name,
        character=CHARACTER_9600_8N1,
        silence=3.5 * CHARACTER_9600_8N1,
        round_trip=0.0,
        groups=groups,
    )


def test_the_time_of_an_rtu_poll_is_what_the_line_needs() -> None:
    (bus,) = plan([line(group(1.0, POLL))]).buses
    # 33 characters and 3.5 of silence at 960 characters a second, and 5 ms of turnaround
    assert bus.seconds == pytest.approx(36.5 / 960 + 0.005)
    assert bus.load == pytest.approx(bus.seconds)
    assert (bus.requests, bus.verdict, bus.stretch, bus.remarks) == (1, "ok", 1.0, ())


def test_the_load_is_the_sum_over_groups_of_time_by_interval() -> None:
    fast, slow = group(0.5, POLL, name="fast"), group(2.0, POLL, POLL, name="slow")
    (bus,) = plan([line(fast, slow)]).buses
    one = 36.5 / 960 + 0.005
    assert bus.load == pytest.approx(one / 0.5 + 2 * one / 2.0)
    assert bus.seconds == pytest.approx(3 * one)
    assert [(g.group, g.requests) for g in bus.groups] == [("fast", 1), ("slow", 2)]


def test_an_impossible_schedule_is_an_error_that_names_what_would_fit() -> None:
    report = plan([line(group(0.05, POLL, POLL))])
    (bus,) = report.buses
    assert bus.verdict == "impossible"
    assert bus.stretch == 2.2  # 172 % / 80 %
    (error,) = report.errors
    assert error == (
        "bus rs485-1: load 172%, the schedule cannot be met; intervals 2.2 times as long "
        "would fit (mains.power 0.05 s -> 0.11 s), or fewer channels"
    )
    assert report.warnings == ()


def test_the_advice_stays_short_on_a_bus_of_many_groups() -> None:
    groups = [group(0.1, POLL, instrument=f"m{n}") for n in range(32)]
    (error,) = plan([line(*groups)]).errors
    assert "m2.power 0.1 s -> 1.8 s, 29 more)" in error
    assert "m3." not in error


def test_a_heavy_load_is_a_warning() -> None:
    report = plan([line(group(0.05, POLL))])
    assert report.buses[0].verdict == "heavy"
    assert report.errors == ()
    (warning,) = report.warnings
    assert "load 86%" in warning
    assert "1.1 times" in warning


def test_a_long_scan_that_makes_a_short_interval_skip_is_a_warning() -> None:
    long = group(60.0, *[POLL] * 40, name="profile", instrument="logger")
    report = plan([line(group(0.5, POLL), long)])
    assert report.buses[0].verdict == "ok"
    (warning,) = report.warnings
    assert "logger.profile occupies the line for 1.7 s" in warning
    assert "mains.power (0.5 s) skips scans" in warning


def test_a_tcp_bus_is_planned_with_the_assumed_round_trip() -> None:
    bus = BusDemand(name="feeder", groups=(group(1.0, POLL, POLL),))
    (planned,) = plan([bus]).buses
    assert planned.seconds == pytest.approx(2 * (0.02 + 0.005))


def test_what_rests_on_an_assumption_is_warned_about_and_never_refused() -> None:
    report = plan([BusDemand(name="feeder", groups=(group(0.02, POLL),))])
    assert report.buses[0].verdict == "heavy"
    assert report.errors == ()
    (warning,) = report.warnings
    assert "load 125%, the schedule cannot be met if a round trip takes 20 ms" in warning


def test_a_bus_without_groups_has_no_load() -> None:
    (bus,) = plan([line()]).buses
    assert (bus.load, bus.requests, bus.verdict) == (0.0, 0, "ok")


def test_the_report_survives_json() -> None:
    report = plan([line(group(0.05, POLL, POLL)), line(group(1.0, POLL), name="b")])
    assert msgspec.json.decode(msgspec.json.encode(report), type=PlanReport) == report


EXCHANGES = st.builds(
    Exchange, st.integers(1, 300), st.integers(0, 300), st.floats(0.0, 0.5, allow_subnormal=False)
)
GROUPS = st.builds(
    GroupDemand,
    instrument=st.sampled_from(["a", "b"]),
    group=st.sampled_from(["x", "y"]),
    interval=st.floats(0.01, 3600.0),
    channels=st.integers(1, 100),
    exchanges=st.lists(EXCHANGES, min_size=1, max_size=5).map(tuple),
)
BUSES = st.builds(
    BusDemand,
    name=st.just("bus"),
    character=st.sampled_from([0.0, 10 / 115200, 10 / 9600, 11 / 1200]),
    silence=st.floats(0.0, 0.05),
    round_trip=st.floats(0.0, 0.1),
    groups=st.lists(GROUPS, max_size=6).map(tuple),
)


@settings(deadline=None)
@given(BUSES)
def test_intervals_stretched_as_advised_fit(bus: BusDemand) -> None:
    (planned,) = plan([bus]).buses
    stretched = [
        msgspec.structs.replace(g, interval=g.interval * planned.stretch) for g in bus.groups
    ]
    (after,) = plan([msgspec.structs.replace(bus, groups=tuple(stretched))]).buses
    assert after.load <= HEAVY * (1 + 1e-9)
    assert planned.load <= HEAVY or planned.stretch <= 1.11 * planned.load / HEAVY


@settings(deadline=None)
@given(BUSES, GROUPS)
def test_more_to_read_is_never_less_load(bus: BusDemand, more: GroupDemand) -> None:
    (before,) = plan([bus]).buses
    (after,) = plan([msgspec.structs.replace(bus, groups=(*bus.groups, more))]).buses
    assert after.load >= before.load
    assert after.requests == before.requests + len(more.exchanges)


@settings(deadline=None)
@given(BUSES)
def test_every_overload_says_so(bus: BusDemand) -> None:
    report = plan([bus])
    (planned,) = report.buses
    assert bool(report.errors) == (planned.load > 1.0 and bus.character > 0)
    assert bool(report.errors or report.warnings) or planned.load <= HEAVY
    assert (planned.verdict == "ok") == (planned.load <= HEAVY)
