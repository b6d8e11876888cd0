"""The traffic that is kept with an incident: what led up to it, in a file that is whole or not."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec

from daq.incidents.happening import Recorded
from daq.incidents.recorder import Recorder, Traffic, Wanted
from drivers.recording.piece import About, Header, LineSettings, Page, Piece
from drivers.recording.ring import Ring


class Bus:
    def __init__(self, pieces: int) -> None:
        self.about = About(bus="line", framing="rtu", line=LineSettings(address="127.0.0.1:502"))
        self.ring = Ring()
        for number in range(pieces):
            self.ring.tap("rx", number.to_bytes(4, "big"))

    @property
    def end(self) -> int:
        return self.ring.end

    def page(self, after: int) -> Page:
        self.ring.tap("tx", b"more comes meanwhile")
        return self.ring.page(after)


class Keeping:
    def __init__(self, folder: Path, bus: Traffic | None, largest: int = 10**9) -> None:
        self.wanted: asyncio.Queue[Wanted] = asyncio.Queue()
        self.told: list[tuple[str, Recorded]] = []
        self.recorder = Recorder(
            folder,
            self.wanted,
            lambda _: bus,
            lambda name, what: self.told.append((name, what)),
            largest,
        )

    async def keep(self, name: str) -> Recorded:
        count = len(self.told)
        self.wanted.put_nowait(Wanted(name, "line"))
        async with asyncio.timeout(20):
            while len(self.told) == count:  # noqa: ASYNC110 - told from another task
                await asyncio.sleep(0.002)
        assert self.told[-1][0] == name
        return self.told[-1][1]


@asynccontextmanager
async def keeping(
    folder: Path, bus: Traffic | None, largest: int = 10**9
) -> AsyncGenerator[Keeping]:
    found = Keeping(folder, bus, largest)
    task = asyncio.create_task(found.recorder.run(), name="incident traffic")
    try:
        yield found
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_the_whole_ring_is_kept_and_not_what_comes_for_ever_after(tmp_path: Path) -> None:
    async with keeping(tmp_path / "kept", Bus(4500)) as found:
        what = await found.keep("20261123-1")
    path = tmp_path / "kept" / what.file
    content = path.read_bytes()
    assert what.file == "20261123-1.line.jsonl"
    assert (what.size, what.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    header, *lines = content.splitlines()
    assert msgspec.json.decode(header, type=Header).bus == "line"
    pieces = [msgspec.json.decode(line, type=Piece) for line in lines]
    assert [int(one.hex, 16) for one in pieces[:4500]] == list(range(4500))
    assert 4500 < what.pieces == len(pieces) < 4510
    assert [file.name for file in path.parent.iterdir()] == [what.file]


async def test_a_ring_that_is_empty_is_kept_as_it_is(tmp_path: Path) -> None:
    async with keeping(tmp_path, Bus(0)) as found:
        assert (await found.keep("a")).pieces == 1


async def test_the_oldest_files_give_way(tmp_path: Path) -> None:
    async with keeping(tmp_path, Bus(100), largest=12_000) as found:
        for name in ("a", "b", "c", "d"):
            assert not (await found.keep(name)).trouble
    names = sorted(file.name for file in tmp_path.iterdir())
    assert "d.line.jsonl" in names
    assert "a.line.jsonl" not in names


async def test_what_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with keeping(tmp_path / "file", Bus(1)) as found:
        assert "File exists" in (await found.keep("a")).trouble
        assert "File exists" in (await found.keep("b")).trouble, "and it goes on"
    async with keeping(tmp_path, None) as found:
        assert (await found.keep("a")).trouble == "the bus is not in use"
