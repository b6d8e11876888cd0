"""People are told of an alarm by a web hook, across outages, reloads and SIGKILL of the daemon."""

import json
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from daq.journal.reader import JournalReader
from simulators import ControlClient
from tests.servers.process import free_port
from tests.system.house import WAIT, daq, running

CONFIG = """
[site]
name = "lab"
[journal]
path = "journal.db"
[notification]
time_zone = "Asia/Shanghai"
retry_limit = "1s"
[bus.chamber]
address = "127.0.0.1:{port}"
[instrument.chamber]
profile = "binder-mb1"
bus = "chamber"
unit = 1
group.all = {{ interval = "200ms", channels = ["temperature", "setpoint"] }}

[alarm.chamber]
type = "limit"
channel = "chamber.temperature"
title = "Chamber too hot"
high = 60
dead_band = 1
priority = "high"

[recipient.li]
url = {{ file = "li.url" }}
gather = "0s"
pause = "0s"
language = "zh"
[recipient.chief]
url = {{ file = "chief.url" }}
gather = "0s"
pause = "0s"
events = ["crash"]
after = "1h"

[lab]
control = "{control}"
[lab.wire.chamber]
tcp = "127.0.0.1:{port}"
framing = "tcp"
[lab.device.chamber]
model = "binder-mb1"
wire = "chamber"
unit = 1
setpoints = [30.0]
"""


class Hook:
    """A web server that is there or not; what was posted to it, by the last part of the path."""

    def __init__(self) -> None:
        self.port = free_port()
        self.posts: list[tuple[str, dict[str, Any]]] = []

    @contextmanager
    def listening(self) -> Generator[None]:
        posts = self.posts

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                posts.append((self.path.rpartition("/")[2], json.loads(body)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                pass

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def titles(self, name: str) -> list[str]:
        return [str(post["title"]) for who, post in self.posts if who == name]


def until(holds: Callable[[], bool], what: str) -> None:
    limit = time.monotonic() + WAIT
    while not holds():
        assert time.monotonic() < limit, f"never: {what}"
        time.sleep(0.05)


def events(config: Path, kind: str) -> list[str]:
    with JournalReader(config.parent / "journal.db") as reader:
        found = reader.events_between(0, reader.last)
    return [event.subject for event in found if event.kind == kind]


def written(folder: Path, hook: Hook) -> tuple[Path, str]:
    config, control = folder / "daq.toml", f"127.0.0.1:{free_port()}"
    config.write_text(CONFIG.format(port=free_port(), control=control))
    for name in ("li", "chief"):
        secret = folder / f"{name}.url"
        secret.write_text(f"json://127.0.0.1:{hook.port}/opensesame/{name}")
        secret.chmod(0o600)
    return config, control


def test_told_once_across_an_outage_and_kills(tmp_path: Path) -> None:
    hook = Hook()
    config, control = written(tmp_path, hook)
    with running(tmp_path / "sim.log", "sim", "run", str(config)) as lab:
        lab.wait_text("Ctrl-C")
        with ControlClient(control) as client:
            client.ask("speed", speed=600)
            with running(tmp_path / "one.log", "run", str(config)) as daemon:
                daemon.wait_text("instrument-found")
                client.ask("set", device="chamber", values={"setpoint": 90})
                until(lambda: "li" in events(config, "notification-failed"), "failed")
                listed = json.loads(daq("notify", "list", "--json", "-c", str(config)).stdout)
                assert [one["name"] for one in listed] == ["li", "chief"]
                assert "refused" in listed[0]["trouble"]
                shown = daq("status", "-c", str(config))
                assert "recipient li: cannot be told" in shown.stdout
                daemon.kill()  # while it waits
            with hook.listening(), running(tmp_path / "two.log", "run", str(config)) as daemon:
                until(lambda: len(events(config, "notification-restored")) == 2, "told at last")
                until(lambda: len(hook.titles("chief")) == 1, "chief was told at once")
                daemon.kill()  # when all is told
            with hook.listening(), running(tmp_path / "three.log", "run", str(config)) as daemon:
                until(lambda: len(hook.titles("chief")) == 2, "the second crash")
                done = daq("ack", "chamber.high", "--by", "Wang", "-c", str(config))
                assert done.returncode == 0, done.stderr
                until(lambda: "已确认" in f"{hook.titles('li')}", "acknowledged")
                tried = daq("notify", "test", "chief", "-c", str(config))
                assert (tried.returncode, tried.stdout) == (
                    0,
                    "chief: the test message was taken\n",
                )
                (tmp_path / "chief.url").write_text(f"json://127.0.0.1:{hook.port}/x/newly")
                assert "applied" in daq("reload", str(config)).stdout
                assert daq("notify", "test", "chief", "-c", str(config)).returncode == 0
                wrong = daq("notify", "test", "leo", "-c", str(config))
                assert (wrong.returncode, "have: li, chief" in wrong.stderr) == (1, True)
                assert daemon.stop() == 0
    alarm = [str(post["message"]) for name, post in hook.posts if name == "li"]
    assert sum("起，未确认" in text for text in alarm) == 1, hook.posts
    assert sum("已确认（Wang）" in text for text in alarm) == 1, hook.posts
    assert hook.titles("newly") == ["[lab] Test message"]
    logs = "".join(path.read_text() for path in tmp_path.glob("*.log"))
    assert "opensesame" not in logs
    assert daq("notify", "list", "-c", str(config)).returncode == 4
