import pytest

from daq.calibration.again import Judge, merged
from drivers.model import Status
from tests.calibration_samples import calibration

DUE, WRONG = Status.CALIBRATION_DUE, Status.WRONG_CERTIFICATE


@pytest.mark.parametrize(
    ("time", "before", "after"),
    [
        (99, (DUE, WRONG), (Status.GOOD, WRONG)),
        (99, (WRONG, Status.GOOD), (Status.GOOD, Status.GOOD)),
        (100, (Status.GOOD, Status.GOOD), (DUE, Status.GOOD)),
        (100, (Status.UNSTABLE, DUE), (Status.UNSTABLE, DUE)),
        (99, (Status.TIMEOUT, Status.TIMEOUT), (Status.TIMEOUT, Status.TIMEOUT)),
    ],
)
def test_only_what_certificates_say_is_judged_anew(
    time: int, before: tuple[Status, ...], after: tuple[Status, ...]
) -> None:
    assert tuple(Judge({0: 100}).statuses(time, before)) == after


def test_other_channels_keep_their_certificates() -> None:
    old = (calibration("a", "1"), calibration("b", "1"))
    found = merged(old, [calibration("b", "2"), calibration("c", "2")])
    assert [(one.channel, one.certificate) for one in found] == [("a", "1"), ("b", "2"), ("c", "2")]
