"""What the examples of the reference are made of: a meter, an oven, a balance, a bus that is lost."""

import msgspec

from daq.alarms.board import Board, Sort
from daq.alarms.record import event_of
from daq.build.present import Picture
from daq.build.run_topics import run_topics
from daq.calibration.calibration import Calibration
from daq.calibration.curve import Line, table
from daq.control.status import DaemonStatus, InstrumentStatus, JournalStatus
from daq.deliver.present import Present
from daq.journal import kinds
from daq.journal.entry import Event, Scan, Series, SeriesKey
from daq.runs.run import Pause, Run
from drivers.model import Channel, Status
from drivers.registry import load_profile

SITE = "demo-lab"
TIME = 1795435200123456789
_PROFILE = load_profile("eastron-sdm630")
_METER = {channel.name: channel for channel in _PROFILE.channels}

METER = Series(
    3,
    SeriesKey(
        site=SITE,
        instrument="mains",
        group="power",
        model=f"{_PROFILE.profile.manufacturer} {_PROFILE.profile.model}",
        asset="EM-0012",
        interval=1.0,
        channels=(_METER["voltage_l1"], _METER["power_total"]),
    ),
)
OVEN = Series(
    4,
    SeriesKey(
        site=SITE,
        instrument="oven",
        group="state",
        model="Acme Oven 5",
        asset="",
        interval=5.0,
        channels=(
            Channel(name="door", kind="boolean"),
            Channel(name="program", kind="text"),
            Channel(name="cycles", kind="integer"),
        ),
    ),
)

BALANCE = Series(
    5,
    SeriesKey(
        site=SITE,
        instrument="balance",
        group="weighing",
        model="Acme Balance 200",
        asset="A-0042",
        interval=1.0,
        channels=(Channel(name="weight", unit="g", resolution=0.0001),),
        calibrations=(
            Calibration(
                channel="weight",
                certificate="2026-0815",
                hash="9f2c" * 16,
                laboratory="Example Calibration Ltd",
                calibrated="2026-03-12",
                due="2027-03-12",
                serial_number="B123456789",
                correction=table(((0.0, 0.0), (100.0, 0.0002), (200.0, -0.0003))),
                uncertainty=Line(0.00025, 1.5e-6),
                low=0.0,
                high=200.0,
            ),
        ),
    ),
)

GOOD = Scan(4711, TIME, METER, (230.1, 1520.5), (Status.GOOD, Status.GOOD))
DOUBTFUL = Scan(4712, TIME + 10**9, METER, (230.2, None), (Status.GOOD, Status.TIMEOUT))
FAILED = Scan(4713, TIME + 2 * 10**9, METER, (None, None), (Status.TIMEOUT, Status.TIMEOUT))
WORDS = Scan(4714, TIME + 2 * 10**9, OVEN, (True, "bake 5", 17), (Status.GOOD,) * 3)
WEIGHED = Scan(4716, TIME + 4 * 10**9, BALANCE, (50.0004,), (Status.GOOD,))
EVENT = Event(
    seq=4715,
    time=TIME + 3 * 10**9,
    kind=kinds.BUS_LOST.name,
    subject="rs485-1",
    severity="error",
    text="rs485-1: /dev/ttyUSB0: Input/output error (unplugged?)",
    data={"reason": Status.DISCONNECTED.reason, "error": "PortLostError"},
)


def present(*, shelved: bool) -> Present:
    """An alarm that nobody has seen yet, or has shelved for an hour."""
    sort = Sort(name="oven.high", priority="high", title="Oven too hot", group="oven")
    board = Board([sort])
    change = board.apply(sort.name, "raised", TIME, text="201.4: limit above 200")
    if shelved:
        until = TIME + 3600 * 10**9
        change = board.apply(sort.name, "shelved", TIME, until=until, by="Li", why="calibration")
    event = Event(seq=4716 + shelved, **msgspec.structs.asdict(event_of(change)))
    return Picture().present(board, {sort.name: event}, {}, ())


def runs() -> Present:
    """A furnace in a run, and a balance in two, one of which is paused."""
    first = Run(
        id="20261123-1",
        begun=TIME,
        begun_by="Li",
        operator="Li",
        instruments=("balance",),
        sample="S-0814",
    )
    second = Run(
        id="20261123-2",
        begun=TIME + 60 * 10**9,
        begun_by="Li",
        operator="Wang",
        instruments=("oven", "balance"),
        sample="S-0815",
        order="4711",
        standard="IEC 60068-2-2",
        method="dry-heat",
        programme="bake-5",
        cost_centre="K 12",
        pauses=(Pause(begin=TIME + 120 * 10**9, by="Li", why="noon"),),
    )
    return run_topics((first, second))


def status() -> DaemonStatus:
    """A daemon with two instruments, one of which is silent."""
    return DaemonStatus(
        version="",
        pid=1,
        site=SITE,
        started=TIME - 86_400 * 10**9,
        config_hash="",
        journal=JournalStatus(path="", size_bytes=0, committed=4715, trouble=""),
        buses=[],
        instruments=[_instrument("mains", "answering", 0.0), _instrument("oven", "silent", 75.0)],
        sinks=[],
        time=TIME,
    )


def _instrument(name: str, state: str, silent: float) -> InstrumentStatus:
    return InstrumentStatus(
        name=name,
        bus="",
        profile="",
        asset="",
        state=state,
        trouble="",
        since=0,
        last_good=0,
        good_scans=0,
        failed_scans=0,
        bad_readings=0,
        serial_number="",
        silent=silent,
    )
