"""What only InfluxDB has: partial writes, credentials, limits, and the fields of a line."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
from aiohttp import web

from daq.deliver.influx import InfluxSink
from daq.deliver.settings import InfluxSettings, TlsSettings
from daq.deliver.sink import Outcome, SinkMisconfiguredError, SinkUnavailableError
from daq.journal import Scan, Series
from drivers.model import Channel, Status
from tests.contract.sink_targets import event, scan, scans
from tests.journal_samples import series_key, time_of
from tests.servers.certificates import Certificates
from tests.servers.influxdb import InfluxDb

pytest_plugins = ["tests.servers.fixtures"]

Api = Literal["v1", "v2", "library"]
CANARY = "canary-4711"


@asynccontextmanager
async def opened(url: str, **changes: Any) -> AsyncGenerator[InfluxSink]:  # noqa: ANN401 - any setting
    if changes.get("api") == "library":
        changes |= {"api": "v2", "client": "influxdb-client"}
    base = InfluxSettings(url=url, site="lab", api="v1", database="lab", bucket="lab", timeout=10.0)
    sink = InfluxSink("history", msgspec.structs.replace(base, **changes))
    try:
        yield sink
    finally:
        await sink.close()


@pytest.fixture
def server(private_influxdb: InfluxDb) -> InfluxDb:
    private_influxdb.query("create database lab")
    return private_influxdb


def text_scan(seq: int, series: int = 2) -> Scan:
    """A scan whose fields are text, where InfluxDB knows them as numbers."""
    key = series_key("other")
    channels = tuple(Channel(name=c.name, kind="text") for c in key.channels)
    changed = msgspec.structs.replace(key, channels=channels)
    return Scan(seq, time_of(seq), Series(series, changed), ("a", "b", "c"), (Status.GOOD,) * 3)


async def test_times_values_and_quality_arrive_as_they_were(server: InfluxDb) -> None:
    statuses = (Status.GOOD, Status.TIMEOUT, Status.UNSTABLE)
    odd = Scan(1, time_of(1) + 1, scan(1).series, (0.1 + 0.2, None, 1e-300), statuses)
    async with opened(server.url) as sink:
        await sink.connect()
        await sink.write([odd], historical=False)
    (row,) = server.rows('select * from "scan"', "lab")
    assert row["time"] == time_of(1) + 1
    assert (row["c1"], row["c3"]) == (0.1 + 0.2, 1e-300)
    assert (row["c2.status"], row["c3.status"]) == ("bad: timeout", "uncertain: unstable")
    assert (row["quality"], row["seq"]) == (2, 1)
    assert "c2" not in row
    assert row["asset"] == "EM-0012"


async def test_events_have_a_measurement_of_their_own(server: InfluxDb) -> None:
    async with opened(server.url, event_measurement="lab events") as sink:
        await sink.connect()
        await sink.write([event(1)], historical=False)
    (row,) = server.rows('select * from "lab events"', "lab")
    assert (row["kind"], row["subject"], row["severity"]) == ("bus-lost", "rs485-1", "error")
    assert (row["text"], row["seq"]) == ("gone", 1)


async def test_of_a_partial_write_only_the_bad_lines_are_refused(server: InfluxDb) -> None:
    bad = {7, 90, 91, 333}
    batch = [text_scan(seq) if seq in bad else scan(seq) for seq in range(2, 401)]
    async with opened(server.url) as sink:
        await sink.connect()
        await sink.write([scan(1)], historical=False)
        outcome = await sink.write(batch, historical=False)
    assert set(outcome.refused) == bad
    assert "field type conflict" in outcome.refused[7]
    rows = server.rows("select seq from scan", "lab")
    assert {row["seq"] for row in rows} == set(range(1, 401)) - bad


async def test_a_series_that_is_bad_as_a_whole_costs_few_requests(server: InfluxDb) -> None:
    batch = [text_scan(seq) if seq % 10 == 0 else scan(seq) for seq in range(2, 1002)]
    async with opened(server.url) as sink:
        await sink.connect()
        await sink.write([scan(1)], historical=False)
        before = written(server)
        outcome = await sink.write(batch, historical=False)
        assert len(outcome.refused) == 100
        assert written(server) - before < 40


def written(server: InfluxDb) -> int:
    """Write requests the server has had."""
    (series,) = [s for s in server.query("show stats for 'httpd'") if s["name"] == "httpd"]
    found = dict(zip(series["columns"], series["values"][0], strict=True))
    return int(found["writeReq"])


async def test_a_request_that_is_too_large_is_split(tmp_path: Path) -> None:
    with InfluxDb(tmp_path / "server", max_body=5000) as server:
        server.query("create database lab")
        async with opened(server.url, gzip=False) as sink:
            await sink.connect()
            assert await sink.write(scans(range(1, 301)), historical=False) == Outcome()
            wide = Scan(
                301, 1, Series(2, series_key(width=900)), (1.5,) * 900, (Status.GOOD,) * 900
            )
            outcome = await sink.write([scan(302), wide], historical=False)
        assert outcome.refused.keys() == {301}
        assert "413" in outcome.refused[301]
        assert len(server.rows("select seq from scan", "lab")) == 301


async def test_a_wrong_database_or_policy_is_told_in_the_servers_words(server: InfluxDb) -> None:
    async with opened(server.url, database="nope") as sink:
        with pytest.raises(SinkMisconfiguredError, match='database not found: "nope"'):
            await sink.connect()
    async with opened(server.url, retention_policy="nope") as sink:
        with pytest.raises(SinkMisconfiguredError, match="retention policy not found: nope"):
            await sink.connect()


async def test_a_database_dropped_in_mid_run_loses_nothing(server: InfluxDb) -> None:
    async with opened(server.url) as sink:
        await sink.connect()
        server.query("drop database lab")
        with pytest.raises(SinkMisconfiguredError):
            await sink.write([scan(1)], historical=False)
        server.query("create database lab")
        assert await sink.write([scan(1)], historical=False) == Outcome()


async def test_a_retention_policy_is_written_to(server: InfluxDb) -> None:
    server.query('create retention policy "year" on "lab" duration 5200w replication 1')
    async with opened(server.url, retention_policy="year") as sink:
        await sink.connect()
        await sink.write([scan(1)], historical=False)
    assert server.rows('select seq from "year"."scan"', "lab")


async def test_user_and_password_are_checked_and_never_shown(tmp_path: Path) -> None:
    with InfluxDb(tmp_path / "server", auth=True) as server:
        server.query("create user daq with password 'right' with all privileges")
        server.query("create database lab", user="daq", password="right")  # noqa: S106 - a test's
        async with opened(server.url, user="daq", password="right") as sink:  # noqa: S106 - same
            await sink.connect()
            assert await sink.write([scan(1)], historical=False) == Outcome()
        async with opened(server.url, user="daq", password=CANARY) as sink:
            with pytest.raises(SinkMisconfiguredError, match="401 Unauthorized") as caught:
                await sink.connect()
        assert CANARY not in str(caught.value)
        assert CANARY not in server.log


async def test_a_server_without_the_v2_api_is_named_so(server: InfluxDb) -> None:
    async with opened(server.url, api="v2") as sink:
        with pytest.raises(SinkMisconfiguredError, match="404 Not Found"):
            await sink.connect()


# A server that answers what a test wants: what stands before a database (proxies, limits).

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def answering(handler: Handler, context: ssl.SSLContext | None = None) -> AsyncGenerator[str]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"{'https' if context else 'http'}://{host}:{port}"
    finally:
        await runner.cleanup()


def always(status: int, text: str = "", **headers: str) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=status, text=text, headers=headers)

    return answer


@pytest.mark.parametrize("api", ["v1", "v2", "library"])
async def test_the_wait_a_busy_server_asks_for_is_passed_on(api: Api) -> None:
    busy = always(503, "overloaded", **{"Retry-After": "7"})
    async with answering(busy) as url, opened(url, api=api) as sink:
        with pytest.raises(SinkUnavailableError, match="503 Service Unavailable: overl") as caught:
            await sink.connect()
    assert caught.value.retry_after == 7.0
    assert not isinstance(caught.value, SinkMisconfiguredError)


@pytest.mark.parametrize("api", ["v1", "v2", "library"])
@pytest.mark.parametrize(
    "answer",
    [always(200, "<html>please log in"), always(302, Location="/login"), always(403, "no")],
)
async def test_what_is_no_database_is_never_taken_for_one(api: Api, answer: Handler) -> None:
    async with answering(answer) as url, opened(url, api=api) as sink:
        with pytest.raises(SinkMisconfiguredError):
            await sink.connect()
        with pytest.raises(SinkMisconfiguredError):
            await sink.write([scan(1)], historical=False)


@pytest.mark.parametrize("api", ["v1", "v2", "library"])
async def test_a_server_that_does_not_answer_is_unavailable(api: Api) -> None:
    release = asyncio.Event()

    async def hang(_request: web.Request) -> web.Response:
        await release.wait()
        return web.Response(status=204)

    async with answering(hang) as url, opened(url, api=api, timeout=0.2) as sink:
        with pytest.raises(SinkUnavailableError, match="no answer in time"):
            await sink.connect()
        release.set()


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("api", ["v1", "v2", "library"])
async def test_the_request_is_what_the_api_wants(api: Api, *, compressed: bool) -> None:
    seen: list[tuple[web.Request, bytes]] = []

    async def note(request: web.Request) -> web.Response:
        seen.append((request, await request.read()))
        return web.Response(status=204)

    credentials = (
        {"token": CANARY, "org": "o"} if api != "v1" else {"user": "u", "password": CANARY}
    )
    async with (
        answering(note) as url,
        opened(url, api=api, gzip=compressed, **credentials) as sink,
    ):
        await sink.connect()
        assert await sink.write(scans(range(1, 1001)), historical=False) == Outcome()
    request, body = seen[-1]
    lines = body.decode().splitlines()  # the server has decompressed it
    assert len(lines) == 1000
    assert (request.headers.get("Content-Encoding") == "gzip") is compressed
    assert request.query["precision"] == "ns"
    if api != "v1":
        assert (request.path, request.query["bucket"]) == ("/api/v2/write", "lab")
        assert request.headers["Authorization"] == f"Token {CANARY}"
    else:
        assert (request.path, request.query["db"]) == ("/write", "lab")
        assert request.headers["Authorization"].startswith("Basic ")
    assert CANARY not in str(request.rel_url)


async def test_the_retry_after_a_closed_connection_is_silent() -> None:
    """A server may close a connection it kept open at the moment the next request is sent."""
    answers = 0

    async def close_the_second(request: web.Request) -> web.Response:
        nonlocal answers
        answers += 1
        await request.read()
        if answers == 2 and request.transport is not None:
            request.transport.close()
        return web.Response(status=204)

    async with answering(close_the_second) as url, opened(url) as sink:
        await sink.connect()
        assert await sink.write([scan(1)], historical=False) == Outcome()
    assert answers == 3


@pytest.mark.parametrize("api", ["v1", "v2", "library"])
async def test_tls_verifies_the_server(api: Api, certificates: Certificates) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.server.certificate, certificates.server.key)
    trusting = TlsSettings(ca_file=str(certificates.authority))
    async with answering(always(204), context) as url:
        async with opened(url, api=api, tls=trusting) as sink:
            await sink.connect()
        async with opened(url, api=api) as sink:
            with pytest.raises(SinkMisconfiguredError, match="certificate"):
                await sink.connect()
