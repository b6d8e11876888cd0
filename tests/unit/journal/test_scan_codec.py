import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daq.journal.codec import CodecError, ScanCodec, Statuses, Values, without_nan
from drivers.model import Status

FLOAT32 = st.floats(allow_nan=False, width=32)
FLOAT64 = st.floats(allow_nan=False)
ANYTHING = st.one_of(
    FLOAT64,
    st.integers(),
    st.integers(min_value=2**53 - 2, max_value=2**70),
    st.booleans(),
    st.text(st.characters(exclude_categories=())),
    st.none(),
)
STATUS = st.sampled_from(Status)


def scans(values: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[Values, Statuses]]:
    return st.lists(st.tuples(values, STATUS), max_size=30).map(
        lambda pairs: (tuple(v for v, _ in pairs), tuple(s for _, s in pairs))  # pyright: ignore[reportReturnType]
    )


def exactly(values: Values) -> list[tuple[type, object]]:
    """Equal only when type and, for floats, every bit are."""
    return [(type(v), struct.pack("<d", v) if isinstance(v, float) else v) for v in values]


@given(scans(ANYTHING))
def test_any_values_and_statuses_come_back_as_they_were(scan: tuple[Values, Statuses]) -> None:
    values, statuses = scan
    codec = ScanCodec(len(values))
    back, back_statuses = codec.decode(codec.encode(values, statuses))
    assert exactly(back) == exactly(values)
    assert back_statuses == statuses


@given(st.one_of(scans(FLOAT32), scans(FLOAT64)))
def test_floats_come_back_bit_by_bit(scan: tuple[Values, Statuses]) -> None:
    values, statuses = scan
    codec = ScanCodec(len(values))
    assert exactly(codec.decode(codec.encode(values, statuses))[0]) == exactly(values)


@given(st.binary(max_size=60), st.integers(min_value=0, max_value=8))
def test_damaged_bytes_decode_or_fail_as_one_error(body: bytes, width: int) -> None:
    codec = ScanCodec(width)
    try:
        values, statuses = codec.decode(body)
    except CodecError:
        return
    assert len(values) == len(statuses) == width


@pytest.mark.parametrize(
    ("values", "size"),
    [
        pytest.param((0.5,) * 20, 1 + 20 * 4, id="float32 suffices"),
        pytest.param((0.1,) * 20, 1 + 20 * 8, id="float64 needed"),
        pytest.param((0.5,) * 19 + (1e300,), 1 + 20 * 8, id="beyond float32"),
        pytest.param((1,) * 20, 1 + 3 + 20, id="small integers"),
    ],
)
def test_good_scans_are_as_short_as_their_values_allow(values: Values, size: int) -> None:
    assert len(ScanCodec(20).encode(values, (Status.GOOD,) * 20)) == size


def test_a_failed_scan_is_two_bytes() -> None:
    codec = ScanCodec(50)
    values, statuses = (None,) * 50, (Status.TIMEOUT,) * 50
    body = codec.encode(values, statuses)
    assert len(body) == 2
    assert codec.decode(body) == (values, statuses)


def test_nan_is_never_stored_and_never_good() -> None:
    nan = float("nan")
    assert without_nan(
        (1.0, nan, nan, "x"), (Status.GOOD, Status.GOOD, Status.UNSTABLE, Status.GOOD)
    ) == (
        (1.0, None, None, "x"),
        (Status.GOOD, Status.NOT_A_NUMBER, Status.UNSTABLE, Status.GOOD),
    )


@pytest.mark.parametrize(
    "values",
    [(math.inf, -math.inf, 1.0), (None, "text", 2.0), (2**5000, 0.5, True), (0.0, -0.0, 1.0)],
)
def test_what_is_not_nan_is_left_alone(values: Values) -> None:
    statuses = (Status.GOOD,) * 3
    assert without_nan(values, statuses) == (values, statuses)


def test_a_scan_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="2 values and 3 statuses for 3 channels"):
        ScanCodec(3).encode((1.0, 2.0), (Status.GOOD,) * 3)


def test_a_value_of_a_foreign_type_is_refused() -> None:
    with pytest.raises(TypeError, match="not bytes"):
        ScanCodec(1).encode((b"x",), (Status.GOOD,))  # pyright: ignore[reportArgumentType]
