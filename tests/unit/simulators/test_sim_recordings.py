"""Recordings are read as docs/reference/recording-file.md defines them, and turned into a play."""

import json
import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.errors import RecordingError
from simulators.replay.player import Ear, Player, Surprise, show
from simulators.replay.recording import Recording, parse_recording, read_recording
from simulators.replay.script import Cue, Exchange, write_script

MS = 1_000_000
HEADER = (
    '{"format": "lab-daq-recording", "version": 1, "bus": "b", "framing": "%s", '
    '"started": 0, "line": {}}\n'
)


def recording(*entries: tuple[object, ...], framing: str = "text") -> Recording:
    lines = [HEADER % framing]
    for t, what, data in entries:
        piece = {"event": what} if isinstance(data, str) else {"dir": what}
        if isinstance(data, bytes):
            piece["hex"] = data.hex()
        lines.append(json.dumps({"t": t} | piece) + "\n")
    return parse_recording("".join(lines).encode())


WEIGHING = recording(
    (0, "opened", ""),
    (1 * MS, "tx", b"SI\r\n"),
    (31 * MS, "rx", b"S S "),
    (41 * MS, "rx", b"1.0 g\r\n"),
    (100 * MS, "tx", b"I4\r\n"),
    (600 * MS, "tx", b"SI\r\n"),
    (1600 * MS, "rx", b"I4 A\r\n"),
    (1700 * MS, "lost", ""),
)


def play(source: Recording, *, strict: bool = False) -> tuple[Player, Ear]:
    player = Player(write_script(source), strict=strict)
    return player, Ear(player)


def test_the_example_of_the_documentation_is_read() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "recording-file.md").read_text()
    block = re.findall(r"```json\n(.*?)```", page, re.DOTALL)[0]
    found = parse_recording(block.encode())
    assert found.header.bus == "balance-line"
    assert [each.dir or each.event for each in found.entries] == [
        "opened",
        "tx",
        "rx",
        "rx",
        "lost",
    ]
    (exchange,) = write_script(found).exchanges
    assert exchange.request == b"SI\r\n"
    assert b"".join(cue.data or b"" for cue in exchange.cues) == b"S S    100.0000 g\r\n"
    assert exchange.cues[-1] == Cue(pytest.approx(8.4988), None)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "there is no header"),
        ("{}\n", "recording:1: .*format"),
        (HEADER % "morse", "recording:1: .*morse"),
        ((HEADER % "text").replace("1,", "2,", 1), "recording:1: version 2; this reads 1"),
        (HEADER % "text" + "nonsense\n", "recording:2: "),
        (HEADER % "text" + '{"t": 1}\n', "recording:2: either a piece"),
        (HEADER % "text" + '{"t": 1, "dir": "tx", "hex": "5"}\n', "recording:2: hex is no"),
        (HEADER % "text" + '{"t": 1, "dir": "tx"}\n', "recording:2: a piece has at least"),
        (
            HEADER % "text" + '{"t": 2, "event": "x"}\n{"t": 1, "event": "x"}\n',
            "recording:3: t goes",
        ),
    ],
)
def test_what_is_no_recording(text: str, words: str) -> None:
    with pytest.raises(RecordingError, match=words):
        parse_recording(text.encode())


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"gone\.jsonl: No such file"):
        read_recording(tmp_path / "gone.jsonl")


def test_a_last_line_that_is_cut_short_is_passed_over() -> None:
    text = HEADER % "text" + '{"t": 1, "event": "opened", "new key": 1}\n{"t": 5, "di'
    assert len(parse_recording(text.encode()).entries) == 1


@given(st.binary(max_size=200))
def test_anything_is_a_recording_or_an_error(text: bytes) -> None:
    for source in (text, (HEADER % "text").encode() + text):
        with suppress(RecordingError):
            assert isinstance(parse_recording(source), Recording)


def test_what_came_between_two_requests_belongs_to_the_first() -> None:
    assert write_script(WEIGHING).exchanges == (
        Exchange(b"SI\r\n", (Cue(0.03, b"S S "), Cue(0.04, b"1.0 g\r\n"))),
        Exchange(b"I4\r\n", ()),
        Exchange(b"SI\r\n", (Cue(1.0, b"I4 A\r\n"), Cue(1.1, None))),
    )
    assert write_script(WEIGHING).greetings == ((),)


def test_what_came_unasked_is_a_greeting() -> None:
    stream = recording((5 * MS, "rx", b"a"), (9 * MS, "opened", ""), (11 * MS, "rx", b"b"))
    player, _ = play(stream)
    assert [player.greet() for _ in range(3)] == [
        (Cue(0.005, b"a"),),
        (Cue(0.002, b"b"),),
        (Cue(0.002, b"b"),),
    ]


def test_a_lenient_play_gives_each_request_its_answers_in_turn() -> None:
    player, ear = play(WEIGHING)
    heard = ear.hear(b"I4\r\nSI\r\nSI\r\nSI\r\n")
    late = (Cue(1.0, b"I4 A\r\n"), Cue(1.1, None))
    assert list(heard) == [(), (Cue(0.03, b"S S "), Cue(0.04, b"1.0 g\r\n")), late, late]
    assert player.complete
    assert list(ear.hear(b"T\r\n")) == [Surprise(b"T\r\n")]
    assert "not in the recording" in str(player.surprises[0])
    assert not player.complete


def test_a_strict_play_wants_the_order_of_the_recording() -> None:
    player, ear = play(WEIGHING, strict=True)
    assert list(ear.hear(b"SI")) == []
    assert list(ear.hear(b"\r\n")) == [(Cue(0.03, b"S S "), Cue(0.04, b"1.0 g\r\n"))]
    (surprise,) = ear.hear(b"SI\r\n")
    assert str(surprise) == r"expected 'I4\r\n', came 'SI\r\n'"
    assert list(ear.hear(b"I4\r\n")) == []
    assert (player.left, player.complete) == (2, False)


def test_a_strict_play_that_went_well() -> None:
    player, ear = play(WEIGHING, strict=True)
    assert len(list(ear.hear(b"SI\r\nI4\r\nSI\r\n"))) == 3
    assert player.complete
    assert "expected nothing more" in str(next(ear.hear(b"SI\r\n")))


def test_a_request_that_another_begins_with_waits_for_silence() -> None:
    pieces = [(0, "tx", b"?"), (0, "rx", b"1"), (2, "tx", b"?C"), (2, "rx", b"2")]
    player, ear = play(recording(*pieces))
    assert list(ear.hear(b"?")) == []
    assert ear.pending
    assert list(ear.silence()) == [(Cue(0, b"1"),)]
    assert list(ear.hear(b"?")) == []
    assert list(ear.hear(b"C")) == [(Cue(0, b"2"),)]
    assert list(ear.hear(b"!?")) == [Surprise(b"!?")]
    assert len(player.surprises) == 1


WORDS = [b"a", b"ab", b"b\r"]


def frame(number: int, body: bytes) -> bytes:
    return number.to_bytes(2, "big") + bytes(2) + len(body).to_bytes(2, "big") + body


def test_transaction_numbers_move_with_the_request() -> None:
    _, ear = play(
        recording(
            (0, "tx", frame(7, b"\x01\x03ab")),
            (1, "rx", frame(6, b"late") + frame(7, b"\x01")[:4]),
            (2, "rx", frame(7, b"\x01")[4:]),
            framing="tcp",
        )
    )
    assert list(ear.hear(b"\xff")) == []
    (cues,) = ear.hear(frame(0xFFFF, b"\x01\x03ab")[1:])
    assert not isinstance(cues, Surprise)
    stream = b"".join(cue.data or b"" for cue in cues)
    assert stream == frame(0xFFFE, b"late") + frame(0xFFFF, b"\x01")
    assert [len(cue.data or b"") for cue in cues] == [14, 3]
    assert list(ear.hear(b"\x01")) == []
    assert list(ear.silence()) == [Surprise(b"\x01")]


@given(
    pieces=st.lists(st.tuples(st.sampled_from(["tx", "rx"]), st.sampled_from(WORDS)), max_size=8),
    heard=st.lists(st.sampled_from(WORDS) | st.binary(max_size=4), max_size=8),
    framing=st.sampled_from(["text", "tcp"]),
    strict=st.booleans(),
)
def test_whatever_comes_is_answered_or_noted(
    pieces: list[tuple[str, bytes]], heard: list[bytes], framing: str, *, strict: bool
) -> None:
    entries = [(i, *piece) for i, piece in enumerate(pieces)]
    player, ear = play(recording(*entries, framing=framing), strict=strict)
    player.greet()
    for data in heard:
        before = player.asked + len(player.surprises)
        found = [*ear.hear(data), *ear.silence()]
        assert player.asked + len(player.surprises) - before == len(found)
        assert not ear.pending
    if strict:
        assert len(player.surprises) <= 1


def test_bytes_are_shown_as_what_they_are() -> None:
    assert show(b"SI\r\n") == r"'SI\r\n'"
    assert show(b"\x01\x03\x00") == "01 03 00"
    assert show(b"") == ""
