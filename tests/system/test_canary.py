"""No secret leaves the daemon but to the server it is for: looked for everywhere it could be.

The secrets are refused by real servers, since it is errors that quote what they were given.
"""

import asyncio
import base64
import os
import signal
import threading
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiohttp import web

from tests.servers.certificates import Certificates, with_password
from tests.servers.influxdb import InfluxDb
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import free_port
from tests.system.canary import CANARY, USER, forms, found_below, found_in
from tests.system.house import Process, daq, running

pytest_plugins = ["tests.servers.fixtures"]

CONFIG = """
[site]
name = "canary"

[journal]
path = "journal.db"

[metrics]
listen = "127.0.0.1:{metrics}"

[bus.feeder]
address = "127.0.0.1:{feeder}"

[bus.nobody]
address = "127.0.0.1:9"

[instrument.feeder]
profile = "eastron-sdm120"
bus = "feeder"
unit = 1
group.all = {{ interval = "100ms" }}

[instrument.nobody]
profile = "eastron-sdm120"
bus = "nobody"
unit = 1
group.all = {{ interval = "1s" }}

[sink.mqtt-plain]
type = "mqtt"
host = "127.0.0.1"
port = {mqtt}
user = "{user}"
password = {{ file = "{secrets}/password" }}

[sink.mqtt-old]
type = "mqtt"
protocol = "3.1.1"
host = "127.0.0.1"
port = {mqtt}
user = "{user}"
password = {{ env = "CANARY_PASSWORD" }}

[sink.mqtt-tls]
type = "mqtt"
host = "127.0.0.1"
port = {mqtts}
user = "{user}"
password = {{ credential = "password" }}
tls = {{ ca = "{ca}", certificate = "{certificate}", key = "{key}", key_password = {{ credential = "password" }} }}

[sink.influx-1]
type = "influxdb"
version = 1
url = "{influx}"
database = "lab"
user = "{user}"
password = {{ file = "{secrets}/password" }}

[sink.influx-2]
type = "influxdb"
url = "{echo}"
org = "o"
bucket = "lab"
token = {{ credential = "password" }}

[sink.influx-library]
type = "influxdb"
client = "influxdb-client"
url = "{echo}"
org = "o"
bucket = "lab"
token = {{ env = "CANARY_PASSWORD" }}

[lab.wire.feeder]
tcp = "127.0.0.1:{feeder}"
framing = "tcp"
[lab.device.feeder]
model = "eastron-sdm120"
wire = "feeder"
unit = 1
"""  # noqa: E501 - an inline table has one line
SINKS = ("mqtt-plain", "mqtt-old", "mqtt-tls", "influx-1", "influx-2", "influx-library")


@contextmanager
def echoing() -> Generator[str]:
    """A server that refuses, and sends back what it got, as debug pages of proxies do."""

    async def refuse(request: web.Request) -> web.Response:
        headers = "\n".join(f"{name}: {value}" for name, value in request.headers.items())
        return web.Response(status=401, text=headers, headers={"X-Echo": headers.split("\n")[0]})

    ready, loop, port = threading.Event(), asyncio.new_event_loop(), free_port()

    async def serve() -> None:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", refuse)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        ready.set()
        await over.wait()
        await runner.cleanup()

    over = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), name="echo")
    thread.start()
    try:
        assert ready.wait(30)
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(30)
        loop.close()


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds the canary, and is passed over when it is looked for."""
    folder = tmp_path_factory.mktemp("secrets")
    (folder / "password").write_text(CANARY + "\n")
    (folder / "two-lines").write_text(CANARY + "\n\n")
    for path in folder.iterdir():
        path.chmod(0o600)
    return folder


@pytest.fixture(scope="module")
def environ(secrets: Path) -> Generator[Mapping[str, str]]:
    """What a service would set; for every command of this module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANARY_PASSWORD", CANARY)
        patch.setenv("CREDENTIALS_DIRECTORY", str(secrets))
        yield os.environ


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory,
    secrets: Path,
    environ: Mapping[str, str],
    certificates: Certificates,
) -> Generator[Path]:
    """The folder of a daemon that has run, been asked everything, and died of SIGABRT."""
    del environ
    folder, servers = tmp_path_factory.mktemp("house"), tmp_path_factory.mktemp("servers")
    key = with_password(certificates.client, secrets / "client.key", CANARY)
    users = {USER: "another password"}
    with (
        Mosquitto(servers / "mqtt", users=users) as plain,
        Mosquitto(servers / "mqtts", users=users, certificates=certificates) as tls,
        InfluxDb(servers / "influx", auth=True) as influx,
        echoing() as echo,
    ):
        influx.query(f"create user \"{USER}\" with password 'another' with all privileges")
        config = folder / "daq.toml"
        text = CONFIG.format(
            metrics=free_port(),
            feeder=free_port(),
            mqtt=plain.port,
            mqtts=tls.port,
            influx=influx.url,
            echo=echo,
            user=USER,
            secrets=secrets,
            ca=certificates.authority,
            certificate=certificates.client.certificate,
            key=key,
        )
        config.write_text(text)
        with (
            running(folder / "sim.log", "sim", "run", str(config)) as simulators,
            running(folder / "run.log", "run", str(config), "--log-level", "debug") as daemon,
        ):
            simulators.wait_text("Ctrl-C")
            for sink in SINKS:
                daemon.wait_text(f"sink {sink} does not deliver")
            daemon.wait_text("instrument-found: feeder")
            _ask_everything(folder, config, daemon)
            daemon.send(signal.SIGABRT)
            daemon.wait_text("Current thread")
        yield folder


def _ask_everything(folder: Path, config: Path, daemon: Process) -> None:
    """Every command that says something of the daemon, each into a file of its own."""
    at = ("-c", str(config))
    commands = {
        "check": ("check", str(config)),
        "check-json": ("check", str(config), "--json"),
        "status": ("status", *at),
        "status-json": ("status", *at, "--json"),
        "tail": ("tail", *at, "--no-follow", "-n", "1000"),
        "tail-json": ("tail", *at, "--no-follow", "-n", "1000", "--json"),
        "csv": ("export", *at, "--from", "-1h", "--to", "now"),
        "jsonl": ("export", *at, "--from", "-1h", "--to", "now", "--format", "jsonl"),
        "record": ("record", "feeder", *at, "--ring", "-o", str(folder / "ring.jsonl")),
        "quarantine": ("quarantine", "list", *at),
        "reload": ("reload", str(config)),
        "read": ("read", "feeder", *at),
    }
    for name, command in commands.items():
        done = daq(*command)
        (folder / f"{name}.txt").write_text(done.stdout + done.stderr)
    process = Path(f"/proc/{daemon.pid}")
    with urllib.request.urlopen(f"http://{_metrics(config)}/metrics", timeout=30) as page:
        (folder / "metrics.txt").write_bytes(page.read())
    (folder / "cmdline.txt").write_bytes((process / "cmdline").read_bytes())
    children = [(task / "children").read_text() for task in (process / "task").iterdir()]
    (folder / "children.txt").write_text("".join(children))


def _metrics(config: Path) -> str:
    return config.read_text().partition('listen = "')[2].partition('"')[0]


def test_the_search_finds_what_it_looks_for() -> None:
    """Whatever writes the secret in one of its forms is found out."""
    for form in forms():
        assert found_in(b"before " + form + b" after")
    for padding in range(5):
        wrapped = base64.b64encode(b"x" * padding + CANARY.encode() + b"y" * padding)
        assert found_in(wrapped), padding
    assert not found_in(b"nothing of it")


def test_nothing_the_daemon_leaves_behind_holds_a_secret(house: Path, secrets: Path) -> None:
    assert found_below(house, besides=secrets.iterdir()) == {}
    names = {path.name for path in house.iterdir()}
    assert names >= {
        "journal.db",
        "run.log",
        "ring.jsonl",
        "status-json.txt",
        "csv.txt",
        "metrics.txt",
    }


def test_the_commands_said_something_to_search(house: Path) -> None:
    """An empty output would prove nothing."""
    assert "Fatal Python error: Aborted" in (house / "run.log").read_text()
    status = (house / "status-json.txt").read_text()
    assert all(sink in status for sink in SINKS)
    assert "uthori" in status, "why the servers refused"
    assert "voltage" in (house / "csv.txt").read_text()
    assert sum(path.stat().st_size for path in house.glob("journal.db*")) > 10_000
    said = {path.stem: path.read_text(errors="replace") for path in house.glob("*.txt")}
    assert not [name for name, text in said.items() if not text and name != "children"]
    assert not [text for text in said.values() if "Traceback" in text or "Usage:" in text]


def test_the_daemon_starts_no_other_process(house: Path) -> None:
    """Which would have its environment, and a command line for everybody to read."""
    assert (house / "children.txt").read_text().strip() == ""


@pytest.mark.parametrize(
    "password",
    [
        f'"{CANARY}"',
        '{ file = "two-lines" }',
        f'{{ flie = "{CANARY}" }}',
        f'["{CANARY}"]',
        '"${CANARY_PASSWORD}"',
        f'{{ env = "{CANARY}" }}',
    ],
)
def test_a_configuration_with_a_secret_in_the_wrong_place_is_not_quoted(
    password: str, secrets: Path, environ: Mapping[str, str]
) -> None:
    del environ
    config = secrets / "wrong.toml"
    config.write_text(
        '[site]\nname = "x"\n[sink.s]\ntype = "mqtt"\nhost = "127.0.0.1"\n'
        f'user = "u"\npassword = {password}\n'
    )
    for command in (("run", str(config)), ("check", str(config)), ("status", "-c", str(config))):
        done = daq(*command)
        said = (done.stdout + done.stderr).encode()
        assert found_in(said) == [], said.decode()
        assert b"Traceback" not in said
