"""Methods, balances and runs for tests of series."""

from daq.calibration.calibration import Calibration
from daq.calibration.curve import Polynomial
from daq.journal import Journal, Series, SeriesKey
from daq.method.conformity import Limits
from daq.method.method import Method
from daq.series.desk import Rules
from drivers.model import Channel, Status
from tests.journal_samples import NOON, NS

RUN = "20261123-1"

FILL = Method(
    name="fill",
    instrument="balance",
    channel="weight",
    count=3,
    limits=Limits(49.5, 50.5),
    decimals=2,
    uncertainty=0.2,
    standard="GB/T 1",
)
DIP = Method(name="dip", channel="weight", count=2, limits=Limits(lower=9.0))

RULES = Rules(
    methods={"fill": FILL, "dip": DIP},
    channels={"balance": {"weight": "g"}, "scale": {"weight": "kg"}, "oven": {"heat": "Cel"}},
    silences={("balance", "weight"): Status.OFF},
)
"""The balance has a print key, the scale is read all the time."""


def balance_key(name: str = "balance", *calibrations: Calibration) -> SeriesKey:
    return SeriesKey(
        site="lab",
        instrument=name,
        group="all",
        model="some-model",
        asset="B-1",
        interval=0.1,
        channels=(
            Channel(name="heat", unit="Cel"),
            Channel(name="weight", unit="g" if name == "balance" else "kg", resolution=0.01),
        ),
        calibrations=calibrations,
    )


def certificate(correction: float = -0.05, uncertainty: float | None = 0.03) -> Calibration:
    """One that adds a correction; its uncertainty is expanded, k = 2.1."""
    return Calibration(
        channel="weight",
        certificate="K-17",
        hash="0" * 64,
        correction=Polynomial((correction,)),
        uncertainty=None if uncertainty is None else Polynomial((uncertainty,)),
        k=2.1,
    )


class Bench:
    """A journal into which a run, balances and people write, a second after the other."""

    def __init__(self, journal: Journal, *calibrations: Calibration, name: str = "balance") -> None:
        self.journal = journal
        self.series: Series = journal.series(balance_key(name, *calibrations))
        self.second = 0

    @property
    def now(self) -> int:
        return NOON + self.second * NS

    def run(
        self,
        kind: str = "run-started",
        *,
        name: str = RUN,
        **data: str,
    ) -> int:
        self.second += 1
        return self.journal.append_event(kind, name, kind, data={**data}, time=self.now)

    def start(self, method: str = "fill", instruments: str = "balance") -> int:
        return self.run(method=method, instruments=instruments, by="Li", operator="Li")

    def weigh(self, value: float | None, status: Status = Status.GOOD) -> int:
        self.second += 1
        statuses = (Status.GOOD, status)
        return self.journal.append_scan(self.series, self.now, (20.0, value), statuses)
