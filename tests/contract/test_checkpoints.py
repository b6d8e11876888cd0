"""Checkpoints of a journal that runs: taken, deposited, stamped, and what stands in their way."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Protocol

import pytest

from daq.control.checkpoint import CheckpointRequest
from daq.daemon.checkpoints import Checkpoints
from daq.daemon.deposit import Deposit
from daq.daemon.keeper import Keeper, KeepError, Way
from daq.daemon.stamps import TimeStamps
from daq.journal import Event, Journal, JournalReader, Query
from daq.journal.chain.checkpoint import parse
from daq.journal.chain.names import file_name
from daq.journal.chain.stamp import authorities_of
from daq.journal.chain.verify import Known, verify
from daq.journal.chain.vouch import Deposit as Deposited
from tests.chain_samples import KEY, commit
from tests.journal_samples import NOON, NS, Clock, running, until
from tests.time_stamps import authority, make_authority, openssl

DAY = 86_400 * NS


class _Runs(Protocol):
    async def run(self) -> None: ...


@asynccontextmanager
async def at_work(*parts: _Runs) -> AsyncGenerator[None]:
    """Parts of the daemon, while they run."""
    tasks = [asyncio.create_task(part.run(), name=f"part {n}") for n, part in enumerate(parts)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks)


def keeper(way: Way, journal: Journal) -> Keeper:
    return Keeper(way, journal, first_wait=0.01, longest_wait=0.02)


def events(path: Path, kind: str) -> list[Event]:
    with JournalReader(path) as reader:
        return [event for event in reader.events(Query()) if event.kind == kind]


def counted(path: Path, kind: str, count: int) -> Callable[[], bool]:
    return lambda: len(events(path, kind)) >= count


async def test_one_is_taken_every_day_and_when_asked_and_at_the_end(tmp_path: Path) -> None:
    path, clock = tmp_path / "journal.db", Clock()
    async with running(path, clock=clock) as journal:
        await commit(journal)
        checkpoints = Checkpoints(journal, KEY, (), clock, look=0.005)
        async with at_work(checkpoints):
            await until(counted(path, "checkpoint", 1))
            clock.now = NOON + DAY
            await until(counted(path, "checkpoint", 2))
            clock.now = NOON  # set back: no day has passed
            await commit(journal)
            taken = await checkpoints.answer(CheckpointRequest())
        await commit(journal)
        await checkpoints.leave()
    found = events(path, "checkpoint")
    assert [event.data["why"] for event in found] == ["daily", "daily", "asked", "stop"]
    assert found[2].data["text"] == taken.text
    assert parse(taken.text).entry == taken.seq - 1
    verdict = verify(path, Known([KEY.public]))
    assert (verdict.fault, verdict.signed) == (None, 4)
    assert verdict.vouched == verdict.last - 1  # all but the last checkpoint itself


async def test_without_a_key_they_are_not_signed_and_still_follow_each_other(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        checkpoints = Checkpoints(journal, None, (), Clock())
        for _ in range(3):
            await commit(journal)
            await checkpoints.take("asked", 10.0)
    verdict = verify(path)
    assert (verdict.fault, verdict.checkpoints, verdict.signed, verdict.vouched) == (None, 3, 0, 0)


async def test_each_is_deposited_those_that_were_missed_too(tmp_path: Path) -> None:
    path, folder = tmp_path / "journal.db", tmp_path / "nas"
    async with running(path) as journal:
        checkpoints = Checkpoints(journal, KEY, (), Clock())
        await commit(journal)
        missed = await checkpoints.take("asked", 10.0)
        keeping = keeper(Deposit(folder), journal)
        checkpoints = Checkpoints(journal, KEY, (keeping,), Clock())
        async with at_work(keeping):
            await until(counted(path, "checkpoint-failed", 1))
            later = await checkpoints.take("asked", 10.0)
            folder.mkdir()
            await until(counted(path, "checkpoint-restored", 1))
    for kept in (missed, later):
        assert (folder / file_name(kept)).read_text() == kept.text
    assert len(list(folder.iterdir())) == 2
    (failed,) = events(path, "checkpoint-failed")
    assert failed.data["way"] == "deposit"
    assert str(folder) in str(failed.data["error"])
    deposits = [Deposited(file.name, file.read_text()) for file in folder.iterdir()]
    verdict = verify(path, Known([KEY.public], deposits))
    assert (verdict.fault, verdict.deposited) == (None, 2)


async def test_a_deposit_that_says_something_else_is_told(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        await commit(journal)
        kept = await Checkpoints(journal, KEY, (), Clock()).take("asked", 10.0)
        deposit = Deposit(tmp_path)
        (tmp_path / file_name(kept)).write_text("something else")
        with pytest.raises(KeepError, match="says something else"):
            await deposit.keep(kept)
        (tmp_path / file_name(kept)).write_text(kept.text)
        await deposit.keep(kept)


@pytest.fixture(scope="module")
def stamper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("authority")
    make_authority(folder)
    return folder


async def test_they_are_stamped_by_an_authority_once_it_can_be_reached(
    tmp_path: Path, stamper: Path
) -> None:
    path, folder = tmp_path / "journal.db", tmp_path / "nas"
    folder.mkdir()
    with authority(stamper) as away:
        port = away.server_port
    async with running(path) as journal:
        url = f"http://127.0.0.1:{port}/tsr"
        keeping = keeper(TimeStamps(url, journal, Deposit(folder)), journal)
        depositing = keeper(Deposit(folder), journal)
        checkpoints = Checkpoints(journal, KEY, (keeping, depositing), Clock())
        await commit(journal)
        await checkpoints.take("asked", 10.0)
        async with at_work(keeping, depositing):
            await until(counted(path, "checkpoint-failed", 1))
            with authority(stamper, port):
                await until(counted(path, "checkpoint-restored", 1))
                await commit(journal)
                kept = await checkpoints.take("asked", 10.0)
                await until(counted(path, "checkpoint-stamped", 2))
    text, stamp = folder / file_name(kept), folder / file_name(kept, ".tsr")
    trusted = stamper / "authority.pem"
    words = ("ts", "-verify", "-data", str(text), "-in", str(stamp), "-CAfile", str(trusted))
    openssl(tmp_path, *words)
    authorities = authorities_of(trusted.read_bytes(), "")
    verdict = verify(path, Known([KEY.public], (), authorities))
    assert (verdict.fault, verdict.stamped, verdict.stamps_checked) == (None, 2, True)
    assert verdict.stamped_time > "2026"


async def test_an_authority_whose_answer_is_not_strict_is_asked_without_certificates(
    tmp_path: Path, stamper: Path
) -> None:
    path = tmp_path / "journal.db"
    settings = stamper / "tsa.cnf"
    plain = settings.read_text()
    settings.write_text(plain + f"certs = {stamper}/authority.pem\n")
    try:
        async with running(path) as journal:
            await commit(journal)
            kept = await Checkpoints(journal, KEY, (), Clock()).take("asked", 10.0)
            with authority(stamper) as there:
                stamps = TimeStamps(f"http://127.0.0.1:{there.server_port}/", journal, None)
                await stamps.keep(kept)
            await journal.settled()
            assert await stamps.missing([kept]) == ()
    finally:
        settings.write_text(plain)
    pem = (stamper / "authority.pem").read_bytes()
    both = authorities_of(pem + (stamper / "stamper.pem").read_bytes(), "")
    verdict = verify(path, Known((), (), both))
    assert (verdict.fault, verdict.stamped) == (None, 1)


async def test_a_stamp_by_another_authority_is_named(tmp_path: Path, stamper: Path) -> None:
    path, other = tmp_path / "journal.db", tmp_path / "other"
    other.mkdir()
    make_authority(other)
    async with running(path) as journal:
        await commit(journal)
        kept = await Checkpoints(journal, KEY, (), Clock()).take("asked", 10.0)
        with authority(other) as there:
            await TimeStamps(f"http://127.0.0.1:{there.server_port}/", journal, None).keep(kept)
    assert verify(path).stamped == 1
    authorities = authorities_of((stamper / "authority.pem").read_bytes(), "")
    fault = verify(path, Known((), (), authorities)).fault
    assert fault is not None
    assert (fault.what, fault.first) == ("time-stamp", kept.seq + 1)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "answers 404"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnone", "is no time stamp"),
        (b"nonsense\r\n\r\n", "illegal"),
        (b"", "without an answer"),
    ],
)
async def test_what_is_no_answer_is_no_stamp(tmp_path: Path, answer: bytes, text: str) -> None:
    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with running(tmp_path / "journal.db") as journal:
        await commit(journal)
        kept = await Checkpoints(journal, KEY, (), Clock()).take("asked", 10.0)
        async with await asyncio.start_server(respond, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            stamps = TimeStamps(f"http://127.0.0.1:{port}/tsr?q=1", journal, None)
            with pytest.raises(KeepError, match=text):
                await stamps.keep(kept)
