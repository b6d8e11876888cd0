"""The daemon's sign of life, on virtual time."""

import asyncio
from collections.abc import Callable

from daq.build.heartbeat import absent
from daq.deliver.sink import Beat
from daq.health.heartbeat import FIRST, PERIOD, Heartbeat, beat_of
from daq.pulse import Pulse
from tests.journal_samples import series_key
from tests.status_samples import daemon, instrument, journal, sink
from tests.virtual_time import for_seconds, run_virtual


class Hearer:
    name = "broker"

    def __init__(self) -> None:
        self.heard: list[float] = []

    def beat(self, beat: Beat) -> None:
        assert beat.state["instruments"] == 1
        self.heard.append(asyncio.get_running_loop().time() - 1000.0)


def beats(live: Callable[[Pulse], None], seconds: float) -> list[float]:
    hearer = Hearer()

    async def main() -> None:
        pulse = Pulse("poll a")
        live(pulse)
        heartbeat = Heartbeat(lambda: [pulse], daemon, lambda: [hearer])
        await for_seconds(heartbeat.run(), seconds)

    run_virtual(main())
    return hearer.heard


def test_it_beats_while_those_who_acquire_keep_their_promises() -> None:
    assert beats(lambda pulse: pulse.rest(), 100) == [FIRST + n * PERIOD for n in range(4)]


def test_it_stops_when_one_of_them_is_stuck() -> None:
    """At the second beat after a promise was broken: at the first it may just be late."""
    assert beats(lambda pulse: pulse.within(40.0), 300) == [FIRST + n * PERIOD for n in range(3)]


def test_one_that_is_late_whenever_it_is_looked_at_goes_on_all_the_same() -> None:
    async def poll(pulse: Pulse) -> None:
        while True:  # never in time, always alive
            pulse.within(PERIOD - 0.001)
            await asyncio.sleep(PERIOD)

    polling: list[asyncio.Task[None]] = []

    def live(pulse: Pulse) -> None:
        pulse.within(FIRST - 0.001)
        later = asyncio.get_running_loop().call_later
        later(FIRST, lambda: polling.append(asyncio.ensure_future(poll(pulse))))

    assert beats(live, 100) == [FIRST + n * PERIOD for n in range(4)]


def test_after_a_change_it_does_not_wait() -> None:
    hearer = Hearer()

    async def main() -> None:
        changed = asyncio.Event()
        asyncio.get_running_loop().call_later(10.0, changed.set)
        heartbeat = Heartbeat(list[Pulse], daemon, lambda: [hearer], changed=changed)
        await for_seconds(heartbeat.run(), 45)

    run_virtual(main())
    assert hearer.heard == [FIRST, 10.0, 10.0 + PERIOD]


def test_it_tells_what_is_not_read_any_more() -> None:
    known = [series_key(), series_key("gone")]
    gone = absent(known, [("lab", "meter", "power"), ("lab", "new", "all")])
    assert gone == {("lab", "gone", "power")}
    assert beat_of(daemon(), "broker", gone).absent == gone


def test_a_beat_says_how_the_daemon_does() -> None:
    dead = [instrument(f"dead-{n}", state="silent", trouble="no answer") for n in range(30)]
    status = daemon(
        instruments=[instrument(), *dead],
        sinks=[sink("other"), sink("broker", "away", "gone")],
        log=journal("no space left on device"),
    )
    state = beat_of(status, "broker").state
    assert (state["instruments"], state["answering"], state["waiting"]) == (31, 1, 120)
    assert state["silent"] == [f"dead-{n}" for n in range(20)], "a message stays small"
    assert (state["uptime"], state["entry"]) == (3 * 3600, 4711)
    assert state["journal"] == "no space left on device"
    assert beat_of(daemon(), "broker").state["journal"] == "ok"
