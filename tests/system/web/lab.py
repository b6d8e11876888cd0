"""A simulated laboratory with its daemon and its page, as real processes, for all views."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Page

from daq.journal import JournalReader
from daq.journal.entry import Event, Scan
from simulators.control.client import ControlClient
from tests.servers.process import free_port
from tests.system.house import WAIT, Process

T = TypeVar("T")

PASSWORD = "an open sesame"  # noqa: S105 - of this test's own page

CONFIG = """
[site]
name = "web-lab"
title = "Quality laboratory"

[web]
listen = "127.0.0.1:{web}"
password = {{ file = "{folder}/password" }}

[journal]
path = "{folder}/journal.db"

[bus.rs485-1]
port = "{folder}/rs485-1"
baud = 19200
timeout = "300ms"
retry_limit = "1s"

[bus.meter-line]
address = "127.0.0.1:{meter}"
timeout = "500ms"
retry_limit = "1s"

[bus.balance-line]
port = "{folder}/balance"
timeout = "500ms"
retry_limit = "1s"

[instrument.furnace]
profile = "eurotherm-3000"
bus = "rs485-1"
unit = 2
title = "Tube furnace"
room = "Heat treatment"
asset = "FU-0003"
group.control = {{ interval = "500ms" }}

[instrument.probes]
profile = "pta8c04"
bus = "rs485-1"
unit = 3
title = "Pt100 probes"
room = "Heat treatment"
asset = "TE-0101"
group.temperatures = {{ interval = "500ms", channels = ["t1", "t2", "t3", "t4"] }}

[instrument.meter]
profile = "eastron-sdm630"
bus = "meter-line"
unit = 1
title = "Feeder"
asset = "EM-0013"
group.power = {{ interval = "500ms" }}

[instrument.balance]
profile = "mettler-sics"
bus = "balance-line"
title = "Analytical balance"
room = "Weighing room"
asset = "BA-0007"
group.weight = {{ interval = "500ms" }}

[lab]
seed = 7
control = "{folder}/sim.sock"

[lab.wire.rs485-1]
pty = "{folder}/rs485-1"
baud = 19200
[lab.wire.meter-line]
tcp = "127.0.0.1:{meter}"
[lab.wire.balance-line]
pty = "{folder}/balance"

[lab.device.furnace]
model = "eurotherm-3000"
wire = "rs485-1"
unit = 2
[lab.device.probes]
model = "pta8c04"
wire = "rs485-1"
unit = 3
[lab.device.meter]
model = "eastron-sdm630"
wire = "meter-line"
unit = 1
[lab.device.balance]
model = "mettler-sics"
wire = "balance-line"
"""


class Lab:
    """What runs, and what its journal says."""

    groups = 4
    """Scan groups there are."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.folder = folder
        self.config = folder / "daq.toml"
        self.config.write_text(CONFIG.format(folder=folder, web=port, meter=free_port()), "utf-8")
        password = folder / "password"
        password.touch(0o600)
        password.write_text(PASSWORD)
        self.url = f"http://127.0.0.1:{port}"
        self.journal = folder / "journal.db"
        self.socket = folder / "journal.sock"
        self._daemon: Process | None = None

    def ask(self, do: str, **parameters: object) -> object:
        """Talk to the simulated instruments."""
        with ControlClient(str(self.folder / "sim.sock")) as client:
            return client.ask(do, **parameters)

    @contextmanager
    def faulty(self, device: str, kind: str, **more: object) -> Generator[None]:
        """A fault of an instrument during the block."""
        self.ask("fault", device=device, kind=kind, **more)
        try:
            yield
        finally:
            self.ask("cancel", device=device)

    def start_daemon(self) -> Process:
        self._daemon = Process(self.folder / "daemon.log", "run", str(self.config))
        return self._daemon

    def stop_daemon(self) -> None:
        assert self._daemon is not None
        assert self._daemon.stop() == 0

    @contextmanager
    def running(self) -> Generator[None]:
        """Simulators, daemon and page during the block."""
        simulators = Process(self.folder / "sim.log", "sim", "run", str(self.config))
        try:
            simulators.wait_text("Ctrl-C ends")
            self.start_daemon().wait_text("site web-lab")
            web = Process(self.folder / "web.log", "web", str(self.config))
            try:
                web.wait_text("the page is at")
                until(lambda: len(self.latest()) == self.groups, "every group has been read")
                yield
            finally:
                web.kill()
        finally:
            if self._daemon is not None:
                self._daemon.kill()
            simulators.kill()

    def latest(self) -> list[Scan]:
        """The newest scan of each group, out of the journal."""
        with JournalReader(self.journal) as reader:
            return reader.latest()

    def newest(self, instrument: str) -> Scan:
        """The newest scan of an instrument."""
        return next(s for s in self.latest() if s.series.key.instrument == instrument)

    def scans_after(self, seq: int, instrument: str) -> list[Scan]:
        """The scans of an instrument beyond a number."""
        with JournalReader(self.journal) as reader:
            found = reader.entries(seq, 100_000)
        return [s for s in found if isinstance(s, Scan) and s.series.key.instrument == instrument]

    def events(self) -> list[Event]:
        """Every event."""
        with JournalReader(self.journal) as reader:
            return [e for e in reader.entries(0, 1_000_000) if isinstance(e, Event)]

    @property
    def last(self) -> int:
        """The number of the newest entry."""
        with JournalReader(self.journal) as reader:
            return reader.last


def sign_in(page: Page, url: str, to: str) -> None:
    """Sign in as Ada, and come to a page."""
    page.goto(f"{url}/sign-in?to={to}")
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main button").click()
    page.wait_for_url(url + to)


def until(found: Callable[[], T | None], what: str) -> T:
    """What is found as soon as there is something."""
    limit = time.monotonic() + WAIT
    while not (result := found()):
        assert time.monotonic() < limit, f"never: {what}"
        time.sleep(0.05)
    return result
