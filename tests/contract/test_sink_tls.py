"""TLS of every kind of sink: the server is verified, and at least version 1.2 is spoken."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from daq.config.sink import TlsConfig
from daq.deliver.influx import InfluxSink
from daq.deliver.mqtt import MqttSink
from daq.deliver.settings import InfluxSettings, MqttSettings, TlsSettings
from daq.deliver.sink import Sink, SinkMisconfiguredError, SinkUnavailableError
from tests.servers.certificates import Certificates, Pair

pytest_plugins = ["tests.servers.fixtures"]

KINDS = ("mqtt5", "mqtt311", "mqtt5-library", "mqtt311-library", "influx-v1", "influx-v2")
DISTRUST = {
    "self_signed": "self[- ]signed",
    "other_host": "not valid for|doesn't match|mismatch",
    "expired": "expired",
}
ANSWERS = {
    "mqtt5": bytes.fromhex("2003000000"),
    "mqtt311": bytes.fromhex("20020000"),
    "influx-v1": b"HTTP/1.1 204 No Content\r\n\r\n",
    "influx-v2": b"HTTP/1.1 204 No Content\r\n\r\n",
}

every_kind = pytest.mark.parametrize("kind", KINDS)


def make_sink(kind: str, port: int, tls: TlsSettings | None, host: str = "127.0.0.1") -> Sink:
    if kind.startswith("mqtt"):
        broker = MqttSettings(
            host=host,
            port=port,
            site="lab",
            version="5" if kind.startswith("mqtt5") else "3.1.1",
            timeout=20.0,
            client="aiomqtt" if kind.endswith("library") else "direct",
        )
        return MqttSink("sink", msgspec.structs.replace(broker, tls=tls))
    api = "v1" if kind == "influx-v1" else "v2"
    database = InfluxSettings(url=f"https://{host}:{port}", site="lab", api=api, timeout=20.0)
    return InfluxSink("sink", msgspec.structs.replace(database, tls=tls, database="d", bucket="b"))


def serving(pair: Pair, authority: Path | None = None) -> ssl.SSLContext:
    """A server with this certificate, that asks for ours if there is an authority for it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    if authority is not None:
        context.load_verify_locations(authority)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def outdated(context: ssl.SSLContext, newest: ssl.TLSVersion) -> ssl.SSLContext:
    """The same, speaking nothing newer than this version."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, newest
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


class Heard(msgspec.Struct):
    """What got through to the server, past the handshake."""

    port: int = 0
    data: bytes = b""
    version: str = ""
    failed: bool = False


def ignore(loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    del loop, context


@asynccontextmanager
async def server(kind: str, context: ssl.SSLContext) -> AsyncGenerator[Heard]:
    heard = Heard()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.version = writer.get_extra_info("ssl_object").version()
        try:
            heard.data += await reader.read(4096)
            writer.write(ANSWERS[kind.removesuffix("-library")])
            while packet := await reader.read(4096):
                heard.data += packet
                writer.write(acknowledgement(packet) if kind.startswith("mqtt") else b"")
        except OSError:
            pass
        finally:
            writer.transport.abort()

    asyncio.get_running_loop().set_exception_handler(ignore)  # handshakes that fail
    listening = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context)
    heard.port = listening.sockets[0].getsockname()[1]
    try:
        async with asyncio.timeout(60):
            yield heard
    finally:
        listening.close()
        await listening.wait_closed()
        await asyncio.sleep(0.05)  # handshakes that were broken off end in the loop's next rounds


def acknowledgement(packet: bytes) -> bytes:
    """The PUBACK of a PUBLISH of QoS 1 that came alone."""
    if packet[0] >> 4 != 3:
        return b""
    start = next(place for place in range(1, 5) if packet[place] < 0x80) + 1
    topic = int.from_bytes(packet[start : start + 2], "big")
    return b"\x40\x02" + packet[start + 2 + topic : start + 4 + topic]


async def connect(sink: Sink) -> None:
    try:
        await sink.connect()
    finally:
        await sink.close()


@every_kind
@pytest.mark.parametrize("wrong", DISTRUST)
async def test_a_server_that_proves_nothing_is_refused(
    kind: str, wrong: str, certificates: Certificates
) -> None:
    pair: Pair = getattr(certificates, wrong)
    tls = TlsSettings(ca_file=str(certificates.authority))
    async with server(kind, serving(pair)) as heard:
        with pytest.raises(SinkMisconfiguredError, match=DISTRUST[wrong]):
            await connect(make_sink(kind, heard.port, tls))
    assert heard.data == b"", "not even a name was sent"


@every_kind
async def test_the_systems_authorities_are_asked_when_none_is_named(
    kind: str, certificates: Certificates
) -> None:
    async with server(kind, serving(certificates.server)) as heard:
        with pytest.raises(SinkMisconfiguredError, match=r"(?i)certificate"):
            await connect(make_sink(kind, heard.port, TlsSettings()))
    assert heard.data == b""


@pytest.mark.parametrize("kind", ["influx-v1", "influx-v2"])
async def test_https_alone_is_verified_as_well(kind: str, certificates: Certificates) -> None:
    async with server(kind, serving(certificates.server)) as heard:
        with pytest.raises(SinkMisconfiguredError, match=r"(?i)certificate"):
            await connect(make_sink(kind, heard.port, None))
    assert heard.data == b""


@every_kind
async def test_versions_before_1_2_are_refused(kind: str, certificates: Certificates) -> None:
    tls = TlsSettings(ca_file=str(certificates.authority))
    old = outdated(serving(certificates.server), ssl.TLSVersion.TLSv1_1)
    async with server(kind, old) as heard:
        with pytest.raises(SinkUnavailableError):
            await connect(make_sink(kind, heard.port, tls))
    assert heard.data == b""


@every_kind
@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
async def test_version_1_2_and_later_are_spoken(
    kind: str, version: str, certificates: Certificates
) -> None:
    tls = TlsSettings(ca_file=str(certificates.authority))
    context = serving(certificates.server)
    context.maximum_version = ssl.TLSVersion(0x0303 if version == "TLSv1.2" else 0x0304)
    async with server(kind, context) as heard:
        sink = make_sink(kind, heard.port, tls, "localhost")
        await connect(sink)
    assert heard.version == version
    assert heard.data


def test_the_old_server_of_these_tests_is_one_that_others_speak_to(
    certificates: Certificates,
) -> None:
    """Without this, a server that speaks nothing at all would pass for an old one."""
    theirs, ours = ssl.MemoryBIO(), ssl.MemoryBIO()
    old = outdated(serving(certificates.server), ssl.TLSVersion.TLSv1_1)
    lax = ssl.create_default_context(cafile=certificates.authority)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        lax.minimum_version = ssl.TLSVersion.TLSv1
    lax.set_ciphers("ALL:@SECLEVEL=0")
    client = lax.wrap_bio(theirs, ours, server_hostname="localhost")
    other = old.wrap_bio(ours, theirs, server_side=True)
    done: set[ssl.SSLObject] = set()
    while len(done) < 2:
        for side in (client, other):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            done.add(side)
    assert client.version() == "TLSv1.1"


@every_kind
async def test_our_certificate_is_shown_to_who_asks(kind: str, certificates: Certificates) -> None:
    client = certificates.client
    ours = TlsSettings(
        ca_file=str(certificates.authority),
        certificate=str(client.certificate),
        key=str(client.key),
    )
    demanding = serving(certificates.server, certificates.authority)
    async with server(kind, demanding) as heard:
        await connect(make_sink(kind, heard.port, ours))
        assert heard.data
    async with server(kind, serving(certificates.server, certificates.authority)) as heard:
        nobody = TlsSettings(ca_file=str(certificates.authority))
        with pytest.raises(SinkUnavailableError):
            await connect(make_sink(kind, heard.port, nobody))
        assert heard.data == b""


def test_the_configuration_offers_no_way_to_verify_less() -> None:
    assert set(TlsConfig.model_fields) == {"ca", "certificate", "key", "key_password"}
