"""The ring of a line's latest traffic, and the file it becomes."""

import asyncio
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import DriverError, ReplyTimeoutError
from drivers.recording.piece import About, LineSettings, Page
from drivers.recording.ring import OVERHEAD, PAGE_BYTES, PAGE_PIECES, Ring
from drivers.recording.writer import Writer
from tests.modbus_lab import Say, memory_link

ABOUT = About(
    bus="line", framing="text", line=LineSettings(port="/dev/ttyUSB0", baud=9600, data_bits=8)
)


class Clock:
    """Nanoseconds that pass when told."""

    def __init__(self) -> None:
        self.now = 5_000_000_000

    def __call__(self) -> int:
        return self.now


def ring_of(clock: Clock, largest: int = 100_000, longest: float = 60.0) -> Ring:
    return Ring(largest=largest, longest=longest, clock=clock, wall=lambda: clock.now + 10**18)


def lines_of(file: io.BytesIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.getvalue().splitlines()]


def everything(ring: Ring) -> list[Page]:
    pages = [ring.page()]
    while pages[-1].more:
        pages.append(ring.page(pages[-1].after))
    return pages


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 5 * 10**9)), max_size=200))
def test_it_never_holds_more_than_its_bounds(traffic: list[tuple[int, int]]) -> None:
    clock = Clock()
    ring = ring_of(clock, largest=5000, longest=20.0)
    for size, passed in traffic:
        clock.now += passed
        ring.tap("rx", bytes(size))
        assert ring.size <= 5000
    pieces = [piece for page in everything(ring) for piece in page.pieces]
    assert all(clock.now - piece.t <= 20 * 10**9 for piece in pieces)
    assert sum(len(piece.hex) // 2 + OVERHEAD for piece in pieces) == ring.size
    assert ring.page().dropped == len(traffic) - len(pieces)
    assert ring.end == len(traffic)


def test_the_newest_are_kept_and_the_rest_is_counted() -> None:
    clock = Clock()
    ring = ring_of(clock, largest=3 * (OVERHEAD + 1))
    for number in range(10):
        clock.now += 1
        ring.tap("tx", bytes([number]))
    page = ring.page()
    assert [piece.hex for piece in page.pieces] == ["07", "08", "09"]
    assert (page.dropped, page.after, page.more) == (7, 10, False)


def test_old_pieces_go_even_when_nothing_new_comes() -> None:
    clock = Clock()
    ring = ring_of(clock, longest=10.0)
    ring.tap("tx", b"a")
    clock.now += 11 * 10**9
    assert ring.page().pieces == ()
    assert ring.size == 0


def test_much_is_given_in_pages_without_gap_or_repetition() -> None:
    clock = Clock()
    ring = ring_of(clock, largest=10**8)
    for number in range(2 * PAGE_PIECES + 7):
        ring.tap("rx", number.to_bytes(4, "big"))
    ring.tap("rx", bytes(3 * PAGE_BYTES))  # one piece is never cut
    ring.tap("rx", b"\x01")
    pages = everything(ring)
    assert len(pages) == 5
    pieces = [piece for page in pages for piece in page.pieces]
    assert [int(piece.hex, 16) for piece in pieces] == [*range(2 * PAGE_PIECES + 7), 0, 1]
    assert pages[-1].after == ring.end


def test_asking_beyond_the_end_gives_the_end() -> None:
    page = ring_of(Clock()).page(12)
    assert (page.pieces, page.after, page.more, page.dropped) == ((), 0, False, 0)


class LineEnd:
    """A reply is everything up to a line feed."""

    length = 10

    def find(self, buffer: bytearray) -> tuple[int, int] | None:
        end = buffer.find(b"\n") + 1
        return (0, end) if end else None

    def explain(self, buffer: bytes) -> DriverError:
        return ReplyTimeoutError(f"only {buffer!r}")


def halting(request: bytes, say: Say) -> None:
    """Answers a question in two parts and a command not at all."""
    if request == b"ask\n":
        say(b"12", 0.0)
        say(b"34\n", 0.01)


async def test_it_hears_every_byte_of_a_link_both_ways() -> None:
    ring = Ring()
    link, line = memory_link(halting)
    ring.attach(link)
    await link.exchange(b"ask\n", LineEnd())
    await link.send(b"go\n")
    line.say(b"late")
    await asyncio.sleep(0.01)
    ring.detach("lost", "unplugged")
    ring.detach("closed")
    await link.close()
    pieces = ring.page().pieces
    assert [(piece.dir or piece.event, bytes.fromhex(piece.hex)) for piece in pieces] == [
        ("opened", b""),
        ("tx", b"ask\n"),
        ("rx", b"12"),
        ("rx", b"34\n"),
        ("tx", b"go\n"),
        ("rx", b"late"),
        ("lost", b""),
    ]
    assert pieces[-1].text == "unplugged"
    moments = [piece.t for piece in pieces]
    assert moments == sorted(moments)


async def test_a_link_without_a_tap_works_as_ever() -> None:
    link, _ = memory_link(halting)
    reply = await link.exchange(b"ask\n", LineEnd())
    assert reply.data == b"1234\n"
    await link.close()


def test_the_file_is_as_the_page_on_recordings_says() -> None:
    clock = Clock()
    ring, file = ring_of(clock), io.BytesIO()
    ring.tap("opened", b"")
    clock.now += 1_200_000
    ring.tap("tx", b"SI\r\n")
    writer = Writer(file, ABOUT)
    writer.write(ring.page())
    clock.now += 33_000_000
    ring.tap("rx", b"S S")
    writer.write(ring.page(2))
    assert lines_of(file) == [
        {
            "format": "lab-daq-recording",
            "version": 1,
            "bus": "line",
            "framing": "text",
            "started": 10**18 + 5_000_000_000,
            "line": {"port": "/dev/ttyUSB0", "baud": 9600, "data_bits": 8},
            "dropped": 0,
        },
        {"t": 0, "event": "opened"},
        {"t": 1_200_000, "dir": "tx", "hex": "53490d0a"},
        {"t": 34_200_000, "dir": "rx", "hex": "532053"},
    ]
    assert (writer.pieces, writer.sent, writer.received, writer.lost) == (3, 4, 3, 0)


def test_what_a_ring_gave_up_is_in_the_header_and_a_gap_in_its_place() -> None:
    clock = Clock()
    ring, file = ring_of(clock, largest=2 * (OVERHEAD + 1)), io.BytesIO()
    writer = Writer(file, ABOUT)
    for number in range(5):
        ring.tap("rx", bytes([number]))
    first = ring.page()
    writer.write(first)
    for number in range(5, 10):
        ring.tap("rx", bytes([number]))
    writer.write(ring.page(first.after))
    header, *rest = lines_of(file)
    assert header["dropped"] == 3
    assert [line.get("hex") or line["event"] for line in rest] == ["03", "04", "gap", "08", "09"]
    assert writer.lost == 3


def test_a_recording_of_a_silent_line_has_a_header_alone() -> None:
    clock, file = Clock(), io.BytesIO()
    Writer(file, ABOUT).write(ring_of(clock).page())
    (header,) = lines_of(file)
    assert header["started"] == 10**18 + clock.now
