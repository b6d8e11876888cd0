import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import DriverError, ReplyError, ReplyTimeoutError
from drivers.model import Quality, Status
from drivers.registry import load_profile
from drivers.text.ask import Query
from drivers.text.driver import TextDriver
from drivers.text.form import Alternative
from drivers.text.keys import Line
from drivers.text.profile import TextProfile
from drivers.text.reply import ReplyFinder
from drivers.text.request import Request, Speaker
from drivers.text.shape import Answer

NUMBER = Query(
    send="R?",
    reply_length=20,
    reply=(
        Alternative(pattern=r"(?P<v>[-+0-9.]+)"),
        Alternative(pattern="ERR", status=Status.DEVICE_ERROR),
    ),
)


def request(query: Query = NUMBER, address: str = "", **line: object) -> Request:
    return Speaker(Line.model_validate(line), address).query("reading", query)


def fields(finder: ReplyFinder) -> dict[str, str | None]:
    assert finder.answer is not None
    return dict(finder.answer.fields)


def test_a_reply_is_complete_with_its_terminator() -> None:
    finder = ReplyFinder(request())
    assert finder.find(bytearray(b"12.5")) is None
    assert finder.find(bytearray(b"12.5\r")) is None
    assert finder.find(bytearray(b"12.5\r\n")) == (0, 6)
    assert fields(finder) == {"v": "12.5"}


def test_the_first_form_that_matches_counts() -> None:
    finder = ReplyFinder(request())
    finder.find(bytearray(b"ERR\r\n"))
    assert finder.answer is not None
    assert finder.answer.status is Status.DEVICE_ERROR


def test_anything_else_is_an_error_that_shows_it_cut() -> None:
    with pytest.raises(ReplyError, match="reading: unexpected reply 'nonsense'"):
        ReplyFinder(request()).find(bytearray(b"nonsense\r\n"))
    long = request(NUMBER.model_copy(update={"reply_length": 500}))
    with pytest.raises(ReplyError) as caught:
        ReplyFinder(long).find(bytearray(b"x" * 300 + b"\r\n"))
    assert len(str(caught.value)) < 130


def test_a_line_without_end_is_an_error_before_the_deadline() -> None:
    with pytest.raises(ReplyError, match="no end of reply"):
        ReplyFinder(request()).find(bytearray(b"1" * 100))


def test_a_reply_longer_than_the_profile_says_is_not_matched() -> None:
    with pytest.raises(ReplyError, match="unexpected"):
        ReplyFinder(request()).find(bytearray(b"1" * 21 + b"\r\n"))


def test_prompt_echo_and_blank_lines_are_no_reply() -> None:
    finder = ReplyFinder(request(prompt=">", echo=True))
    assert finder.find(bytearray(b"\r\n> >R?\r\n\r\n")) is None
    assert finder.find(bytearray(b"\r\n> >R?\r\n\r\n>1.5 \r\n>")) is not None
    assert fields(finder) == {"v": "1.5"}


def test_an_echo_on_the_line_of_the_reply() -> None:
    finder = ReplyFinder(request(echo=True))
    assert finder.find(bytearray(b"R?\r1.5\r\n"))
    assert fields(finder) == {"v": "1.5"}


def test_skipping_passes_over_stale_lines() -> None:
    finder = ReplyFinder(request(), skip=True)
    stale = b"x" * 200 + b"\r\nlate\r\n"
    assert finder.find(bytearray(stale)) is None
    assert finder.find(bytearray(stale + b"7\r\n")) == (0, len(stale) + 3)
    assert fields(finder) == {"v": "7"}


def test_a_reply_of_several_lines() -> None:
    query = Query(send="?", lines=2, reply=(Alternative(pattern=r"M (?P<m>\d+)\nN (?P<n>\d+)"),))
    finder = ReplyFinder(request(query))
    assert finder.find(bytearray(b"M 1\r\nN 2\r\n")) == (0, 10)
    assert fields(finder) == {"m": "1", "n": "2"}
    skipping = ReplyFinder(request(query), skip=True)
    assert skipping.find(bytearray(b"N 9\r\nM 9\r\nM 1\r\nN 2\r\nO 3\r\n")) == (0, 20)
    assert fields(skipping) == {"m": "1", "n": "2"}


def test_an_error_may_be_shorter_than_the_reply() -> None:
    forms = (
        Alternative(pattern=r"M (?P<m>\d+)\nN \d+"),
        Alternative(pattern="ERR", status=Status.DEVICE_ERROR),
    )
    assert ReplyFinder(request(Query(send="?", lines=2, reply=forms))).find(bytearray(b"ERR\r\n"))


def test_a_reply_of_fixed_length_keeps_its_blanks() -> None:
    query = Query(send="\x1bP", length=8, reply=(Alternative(pattern=r"(?P<v>.{6}) g"),))
    finder = ReplyFinder(request(query, reply_terminator=""))
    assert finder.find(bytearray(b"  12.5 ")) is None
    assert finder.find(bytearray(b"  12.5 g  ")) == (0, 8)
    assert fields(finder) == {"v": "  12.5"}


def test_the_address_is_sent_and_verified() -> None:
    query = Query(send="#{address}", reply=(Alternative(pattern=r">{address} (?P<v>\d{1,3})"),))
    asked = request(query, address="0.")
    assert asked.data == b"#0.\r\n"
    assert ReplyFinder(asked).find(bytearray(b">0. 17\r\n"))
    with pytest.raises(ReplyError):
        ReplyFinder(asked).find(bytearray(b">01 17\r\n"))


def test_silence_is_a_timeout_and_noise_is_not() -> None:
    finder = ReplyFinder(request(prompt=">", echo=True))
    assert isinstance(finder.explain(b""), ReplyTimeoutError)
    assert isinstance(finder.explain(b">R?\r\n>"), ReplyTimeoutError)
    partial = ReplyFinder(request()).explain(b"12.")
    assert not isinstance(partial, ReplyTimeoutError)
    assert "'12.'" in str(partial)


def test_only_foreign_lines_until_the_deadline_are_shown() -> None:
    finder = ReplyFinder(request(), skip=True)
    finder.find(bytearray(b"hello\r\n"))
    error = finder.explain(b"hello\r\nwor")
    assert error.status is Status.MALFORMED_REPLY
    assert "hello" in str(error)
    assert "wor" in str(error)


def bundled(name: str) -> TextProfile:
    profile = load_profile(name)
    assert isinstance(profile, TextProfile)
    return profile


PROFILES = [bundled(name) for name in ("keithley-2000", "mettler-sics", "vaisala-hmt330")]
SEEN = [
    step.received
    for profile in PROFILES
    for transcript in profile.transcript
    for step in transcript.exchange
]
PIECES = st.sampled_from(
    [b"\r\n", b"\n", b">", b"S S ", b" g", b"RH=", b"T=", b"'C", b"*", b"+9.9E37", b"1e999", b"nan"]
)
NOISE = st.lists(st.binary(max_size=6) | PIECES | st.sampled_from(SEEN).map(str.encode), max_size=8)


def mangle(text: str, at: int, what: bytes) -> bytes:
    data = text.encode("latin-1")
    at = at % (len(data) + 1)
    return data[:at] + what + data[at + 1 :]


MANGLED = st.builds(mangle, st.sampled_from(SEEN), st.integers(0, 200), st.binary(max_size=3))


@given(
    profile=st.sampled_from(PROFILES),
    stream=NOISE.map(b"".join) | MANGLED,
    cuts=st.lists(st.integers(0, 300), max_size=5),
    skip=st.booleans(),
)
def test_any_bytes_give_a_value_a_status_or_a_driver_error(
    profile: TextProfile, stream: bytes, cuts: list[int], *, skip: bool
) -> None:
    plan = TextDriver(profile).plan(list(profile.channel))
    request = plan.requests[0]
    assert isinstance(request, Request)
    outcome = receive(ReplyFinder(request, skip=skip), stream, [*sorted(cuts), len(stream)])
    if isinstance(outcome, DriverError):
        assert outcome.status.quality is Quality.BAD
        return
    sample = plan.sample([outcome])
    for channel, value, status in zip(plan.channels, sample.values, sample.statuses, strict=True):
        assert (value is None) == (status.quality is Quality.BAD)
        assert value is None or isinstance(value, float)
        assert status is not Status.GOOD or channel.low is None or float(value or 0) >= channel.low


def receive(finder: ReplyFinder, stream: bytes, cuts: list[int]) -> Answer | DriverError:
    try:
        for cut in cuts:
            found = finder.find(bytearray(stream[:cut]))
            if found and finder.answer:
                assert 0 <= found[0] < found[1] <= len(stream)
                return finder.answer
    except DriverError as error:
        return error
    return finder.explain(stream)
