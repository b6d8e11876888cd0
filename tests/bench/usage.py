"""What a month of use and cost takes: ``python -m tests.bench.usage [instruments [channels]]``.

Instruments read at 1 Hz for 31 days, each with a rule and energy on its power, which runs for
eight hours a day; with the summaries the daemon makes. Seconds by the clock, and CPU time.
"""

import random
import sys
import tempfile
import time
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec

from daq.journal import JournalSettings, Series, kinds
from daq.journal.entry import Event
from daq.journal.intake import Intake
from daq.journal.losses import Counters
from daq.journal.reader import JournalReader
from daq.journal.store import Store
from daq.usage.month import read_month
from daq.usage.plan import ByChannel, Item, Plan, Power, Rate, Source, Tariff
from daq.usage.runs import runs_near
from drivers.model import Channel
from tests.bench.month import summarise
from tests.journal_samples import NS, good, series_key

FIRST = date(2026, 3, 1)
START = 1_772_323_200 * NS
"""Its first moment in UTC."""

SECONDS = 31 * 86_400
EVENTS_EVERY = 600
"""Seconds between two events of any kind."""


def plan(instruments: int) -> Plan:
    """Each runs above 150 W."""
    names = [f"i{number}" for number in range(instruments)]
    items = tuple(
        Item(
            name=name,
            running=ByChannel(source=Source(name, "c1"), above=150.0, dead_band=10.0),
            energy=Power(Source(name, "c1")),
        )
        for name in names
    )
    rate = Rate(name="all", begin=date(2026, 1, 1), hour={"running": Decimal(10)})
    tariff = Tariff("all", date(2026, 1, 1), Decimal("0.3"))
    return Plan(items=items, currency="EUR", rates=(rate,), tariffs=(tariff,))


def fill(path: Path, instruments: int, channels: int) -> None:
    """The journal of the month."""
    rng = random.Random(1)
    noise = [rng.gauss(0, 5) for _ in range(1000)]
    settings = JournalSettings(max_pending=2**31)
    with closing(Store(path, time.time_ns)) as store:
        intake = Intake(settings, time.time_ns, store.found, Counters())
        series = [_series(intake, number, channels) for number in range(instruments)]
        for second in range(SECONDS):
            power = 2000.0 if 8 <= second // 3600 % 24 < 16 else 100.0
            moment = START + second * NS
            for one in series:
                values = tuple(power + noise[(second + n) % 1000] for n in range(channels))
                intake.scan(one, moment, values, good(channels))
            if second % EVENTS_EVERY == 0:
                intake.event(_event(moment))
            if second % 20_000 == 0 or second == SECONDS - 1:
                store.write(intake.take())
                intake.settle(written=True)


def _series(intake: Intake, number: int, channels: int) -> Series:
    key = series_key(f"i{number}", width=channels)
    power = tuple(Channel(name=one.name, unit="W") for one in key.channels)
    return intake.series(msgspec.structs.replace(key, channels=power))


def _event(moment: int) -> Event:
    return Event(
        seq=0,
        time=moment,
        kind=kinds.INSTRUMENT_FOUND.name,
        subject="other",
        severity="info",
        text="",
        data={},
    )


def main() -> None:
    """Fill, measure, print."""
    numbers = [int(word) for word in sys.argv[1:]]
    instruments, channels = (*numbers, *(1, 20)[len(numbers) :])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        fill(path, instruments, channels)
        summarise(path)
        for _ in range(2):
            begun, cpu = time.monotonic(), time.process_time()
            with JournalReader(path) as reader:
                runs = runs_near(reader, START)
                month = read_month(reader, plan(instruments), FIRST, START + 2 * SECONDS * NS, runs)
            clock, cpu = time.monotonic() - begun, time.process_time() - cpu
            energy = sum(float(cell.energy) for one in month.accounts for cell in one.cells)
            size = path.stat().st_size / 1e6
            sys.stdout.write(
                f"{instruments} instruments, {channels} channels, {size:.0f} MB: "
                f"{clock:.2f} s, CPU {cpu:.2f} s; {energy:.1f} kWh\n"
            )


if __name__ == "__main__":
    main()
