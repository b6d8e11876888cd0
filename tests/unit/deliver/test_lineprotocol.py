from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from daq.deliver.lineprotocol import Encoder
from daq.journal.entry import Event, Scan, Series, SeriesKey
from drivers.model import Channel, Kind, Status, Value

Field = float | bool | str | int


def key(*channels: Channel, asset: str = "EM-0012", model: str = "some-model") -> SeriesKey:
    return SeriesKey(
        site="lab",
        instrument="mains",
        group="power",
        model=model,
        asset=asset,
        interval=1.0,
        channels=channels,
    )


def scan(
    channels: Sequence[Channel],
    values: Sequence[Value],
    statuses: Sequence[Status] | None = None,
    **tags: str,
) -> Scan:
    given = tuple(statuses or (Status.GOOD,) * len(values))
    return Scan(
        7, 1_795_435_200_000_000_001, Series(1, key(*channels, **tags)), tuple(values), given
    )


def encoded(entry: Scan | Event) -> str:
    return Encoder("lab").encode(entry).data.decode()


def floats(*names: str) -> list[Channel]:
    return [Channel(name=name) for name in names]


# An independent reader of line protocol, as the InfluxDB documentation describes it.


def cut(text: str, at: str) -> list[str]:
    """Split at a character that is neither escaped nor inside a quoted string."""
    parts, current, quoted, i = [""], "", False, 0
    parts.clear()
    while i < len(text):
        if text[i] == "\\" and i + 1 < len(text):
            current += text[i : i + 2]
            i += 2
            continue
        quoted ^= text[i] == '"'
        if text[i] == at and not quoted:
            parts.append(current)
            current = ""
        else:
            current += text[i]
        i += 1
    return [*parts, current]


def cut_plain(text: str, at: str) -> list[str]:
    """Split outside of quotes' meaning: in tags a quote is a character like any other."""
    return cut(text.replace('"', "\0"), at)


def plain(text: str) -> str:
    for character in ",= ":
        text = text.replace("\\" + character, character)
    return text.replace("\0", '"')


def value_of(text: str) -> Field:
    if text.startswith('"'):
        assert text.endswith('"')
        return text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if text in ("true", "false"):
        return text == "true"
    return int(text[:-1]) if text.endswith("i") else float(text)


def read(line: str) -> tuple[str, dict[str, str], dict[str, Field], int]:
    assert "\n" not in line
    head = cut_plain(line, " ")[0]
    rest = line[len(head) + 1 :]
    fields, time = cut(rest, " ")
    measurement, *tags = cut_plain(head, ",")
    tag_pairs = [cut_plain(tag, "=") for tag in tags]
    field_pairs = [cut(field, "=") for field in cut(fields, ",")]
    return (
        plain(measurement),
        {plain(name): plain(value) for name, value in tag_pairs},
        {plain(name): value_of(value) for name, value in field_pairs},
        int(time),
    )


def test_a_scan_is_one_line_with_a_field_for_each_channel() -> None:
    line = encoded(scan(floats("voltage_l1", "power"), [230.1, 5]))
    assert line == (
        "scan,asset=EM-0012,group=power,instrument=mains,model=some-model,site=lab "
        "voltage_l1=230.1,power=5,quality=0i,seq=7i 1795435200000000001"
    )
    assert read(line)[2]["power"] == 5.0


def test_what_is_not_good_says_why_and_the_worst_counts() -> None:
    statuses = [Status.UNSTABLE, Status.TIMEOUT, Status.GOOD]
    line = encoded(scan(floats("a", "b", "c"), [1.0, None, 2.0], statuses))
    assert read(line)[2] == {
        "a": 1.0,
        "a.status": "uncertain: unstable",
        "b.status": "bad: timeout",
        "c": 2.0,
        "quality": 2,
        "seq": 7,
    }


def test_a_scan_without_any_value_is_still_a_line() -> None:
    line = encoded(scan(floats("a"), [None], [Status.DISCONNECTED]))
    assert read(line)[2] == {"a.status": "bad: disconnected", "quality": 2, "seq": 7}


def test_a_group_without_channels_is_still_a_line() -> None:
    assert read(encoded(scan([], [])))[2] == {"quality": 0, "seq": 7}


def test_empty_tags_are_left_out() -> None:
    assert "asset" not in read(encoded(scan(floats("a"), [1.0], asset="")))[1]


@pytest.mark.parametrize("kind", ["float", "integer"])
def test_numbers_are_floats_whatever_the_device_sent(kind: Kind) -> None:
    channels = [Channel(name="a", kind=kind), Channel(name="b", kind=kind)]
    for values in ([1, 2.5], [True, 2.5], [1, 2]):
        fields = read(encoded(scan(channels, values)))[2]
        assert [type(fields["a"]), type(fields["b"])] == [float, float]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_has_no_field(value: float) -> None:
    assert read(encoded(scan(floats("a", "b"), [value, 1.0])))[2].keys() == {"b", "quality", "seq"}


def test_text_in_a_channel_of_numbers_is_an_error_of_its_own() -> None:
    with pytest.raises(ValueError, match="text in a channel of numbers"):
        encoded(scan(floats("a"), ["abc"]))


def test_a_number_beyond_all_floats_is_an_error_of_its_own() -> None:
    with pytest.raises(OverflowError):
        encoded(scan(floats("a"), [10**400]))


@pytest.mark.parametrize("name", ["quality", "seq", "time", "site", "model"])
def test_a_channel_cannot_hide_what_is_ours(name: str) -> None:
    line = encoded(scan(floats(name), [1.0]))
    assert read(line)[2] == {f"{name}_": 1.0, "quality": 0, "seq": 7}


def test_percent_signs_are_only_percent_signs() -> None:
    line = encoded(scan(floats("rh%d"), [1.0], asset="100%s"))
    assert read(line)[1]["asset"] == "100%s"
    assert read(line)[2]["rh%d"] == 1.0


def test_line_breaks_in_text_become_spaces() -> None:
    line = encoded(scan([Channel(name="a", kind="text")], ["one\r\ntwo"]))
    assert read(line)[2]["a"] == "one  two"


@pytest.mark.parametrize("name", ["", "#scan", "a\\b"])
def test_a_measurement_that_cannot_be_written_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a measurement"):
        Encoder("lab", name)


def test_an_event_is_a_line_of_its_own_measurement() -> None:
    event = Event(
        seq=9,
        time=5,
        kind="bus-lost",
        subject="rs485-1",
        severity="error",
        text='the "line" is gone',
        data={},
    )
    tags = {"kind": "bus-lost", "severity": "error", "site": "lab", "subject": "rs485-1"}
    assert read(encoded(event)) == ("event", tags, {"seq": 9, "text": 'the "line" is gone'}, 5)


PRINTABLE = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=20)
TAG = PRINTABLE.filter(lambda text: "\\" not in text)


@given(
    asset=TAG,
    model=TAG,
    text=PRINTABLE,
    number=st.floats(allow_nan=False, allow_infinity=False),
    flag=st.booleans(),
)
@example(asset="a,b=c d", model='q"te', text='back\\slash "quoted", end\\', number=-0.0, flag=True)
@example(asset=" ", model="=", text="\\", number=5e-324, flag=False)
def test_whatever_is_written_can_be_read_back(
    asset: str, model: str, text: str, number: float, *, flag: bool
) -> None:
    channels = [
        Channel(name="n"),
        Channel(name="t", kind="text"),
        Channel(name="b", kind="boolean"),
    ]
    _, tags, fields, time = read(
        encoded(scan(channels, [number, text, flag], asset=asset, model=model))
    )
    assert (tags["asset"], tags["model"]) == (asset, model)
    assert fields == {"n": number, "t": text, "b": flag, "quality": 0, "seq": 7}
    assert time == 1_795_435_200_000_000_001


@given(st.text(min_size=1), st.text())
def test_no_text_breaks_a_line_in_two(tag: str, text: str) -> None:
    line = encoded(scan([Channel(name="t", kind="text")], [text], asset=tag))
    assert "\n" not in line
    assert read(line)[3] == 1_795_435_200_000_000_001
