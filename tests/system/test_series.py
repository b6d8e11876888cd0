"""Thirty samples on a simulated balance by its print key: the verdict is that of a calculation."""

import csv
import io
import json
import math
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulators import ControlClient
from tests.servers.process import free_port
from tests.system.house import WAIT, daq, running

COUNT, STRUCK = 30, 7
CONFIG = """
[site]
name = "lab"
[journal]
path = "journal.db"
commit_interval = "20ms"
[calibration]
path = "certificates"
[bus.balance]
address = "127.0.0.1:{port}"
[instrument.balance]
profile = "sartorius-sbi-print"
bus = "balance"
asset = "B-1"
group.all = {{ interval = "50ms" }}
[method.fill]
measures = "weight"
standard = "JJF 1070"
edition = "2005"
count = 30
nominal = 50
below = 0.5
above = 0.5
decimals = 2
rule = "conditional"
outlier = 0.05
[lab]
control = "{control}"
[lab.wire.balance]
tcp = "127.0.0.1:{port}"
[lab.device.balance]
model = "sartorius-sbi"
wire = "balance"
samples = false
output = "stable"
"""
CERTIFICATE = """
number = "K-17"
laboratory = "Test"
calibrated = 2026-01-15
[instrument]
asset = "B-1"
[channel.weight]
unit = "g"
uncertainty = { a = 0.1, b = 0.0 }
k = 2
correction = { polynomial = [0.02] }
range = [0, 100]
"""


class Bench:
    """The commands and the balance, on one configuration."""

    def __init__(self, config: Path, balance: ControlClient) -> None:
        self.config, self.balance = config, balance

    def said(self, *arguments: str, code: int = 0) -> str:
        done = daq(*arguments, "-c", str(self.config))
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    def lines(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.said("series", "export", self.run))))

    def start(self) -> str:
        return self.said("runs", "start", "-i", "balance", "--method", "fill", "--by", "Li")

    def weigh(self, load: float) -> None:
        """Lay it down and press the key: the balance prints when it is stable."""
        self.balance.ask("set", device="balance", values={"load": load})
        self.balance.ask("set", device="balance", values={"print": None})

    run = ""


def until(holds: Callable[[], object], what: str) -> None:
    limit = time.monotonic() + WAIT
    while not holds():
        assert time.monotonic() < limit, f"never: {what}"
        time.sleep(0.1)


def load(number: int) -> float:
    """49.82 to 50.11 g, and one of 50.46 g, which lies in the guard band."""
    return 50.46 if number == COUNT else 49.81 + number / 100


def test_thirty_samples_by_the_print_key_across_a_kill(tmp_path: Path) -> None:
    config, control = tmp_path / "daq.toml", f"127.0.0.1:{free_port()}"
    config.write_text(CONFIG.format(port=free_port(), control=control))
    (tmp_path / "certificates").mkdir()
    (tmp_path / "certificates" / "k17.toml").write_text(CERTIFICATE)
    with running(tmp_path / "sim.log", "sim", "run", str(config)) as house:
        house.wait_text("Ctrl-C")
        with ControlClient(control) as client:
            client.ask("speed", speed=100)
            bench = Bench(config, client)
            with running(tmp_path / "one.log", "run", str(config)) as daemon:
                daemon.wait_text("instrument-found")
                bench.run = bench.start().partition(":")[0]
                daemon.wait_text("series-begun")
                for number in range(1, 16):
                    bench.weigh(load(number))
                    daemon.wait_text(f"line {number} of {COUNT}")
                daemon.kill()
            with running(tmp_path / "two.log", "run", str(config)) as daemon:
                daemon.wait_text("instrument-found")
                _strike_and_repeat(bench)
                for number in range(16, COUNT + 1):
                    bench.weigh(load(number))
                    daemon.wait_text(f"line {number} of {COUNT}")
                daemon.wait_text("series-verdict")
                bench.said("runs", "stop", bench.run, "--by", "Li")
                assert daemon.stop() == 0
    _check(bench)
    _check_pack(bench, tmp_path / "pack.zip")


def _strike_and_repeat(bench: Bench) -> None:
    by = ("--by", "Li")
    refused = bench.said("series", "take", *by, code=1)
    assert "press it" in refused
    bench.said("series", "strike", bench.run, str(STRUCK), "--why", "wrong sample", *by)
    named = bench.said("series", "sample", bench.run, "--sample", "A-7", *by)
    assert f"next is line {STRUCK} of {COUNT}" in named
    bench.weigh(load(STRUCK))
    until(lambda: bench.lines()[-1]["sample"] == "A-7", "the line again")


def _check(bench: Bench) -> None:
    """Corrected by + 0.02 g, U = 0.1 g, k = 2: guard band 0.1 g, limits 49.50 and 50.50 g."""
    lines = bench.lines()
    assert len(lines) == COUNT + 1
    struck = [line for line in lines if line["struck"]]
    assert [(line["number"], line["struck_why"]) for line in struck] == [("7", "wrong sample")]
    standing = {int(line["number"]): line for line in lines if not line["struck"]}
    for number, line in standing.items():
        assert float(line["value"]) == pytest.approx(load(number) + 0.02, abs=0.002)
        assert float(line["value"]) - float(line["reading"]) == pytest.approx(0.02)
        assert (line["uncertainty"], line["uncertainty_from"]) == ("0.1", "K-17")
    statements = [standing[number]["statement"] for number in range(1, COUNT + 1)]
    assert statements == ["pass"] * (COUNT - 1) + ["conditional pass"]
    # Phi((50.50 - 50.48) / 0.05) = Phi(0.4) = 0.6554
    assert float(standing[COUNT]["conformance_probability"]) == pytest.approx(0.6554, abs=0.02)
    _check_verdict(bench)


def _check_pack(bench: Bench, path: Path) -> None:
    """The evidence of the run has its series: lines as a table, the verdict in the report."""
    bench.said("evidence", bench.run, "-o", str(path), "--no-pdf")
    with zipfile.ZipFile(path) as pack:
        table = io.StringIO(pack.read("samples.csv").decode())
        report = pack.read("report-en.html").decode()
    assert list(csv.DictReader(table)) == bench.lines()
    assert "conditional pass: because of single values" in report
    assert "wrong sample" in report


def _check_verdict(bench: Bench) -> None:
    found: dict[str, Any] = json.loads(bench.said("series", "show", bench.run, "--json"))
    judged = found["judgement"]
    assert (judged["statement"], judged["why"]) == ("conditional pass", ["single values"])
    values = [load(number) + 0.02 for number in range(1, COUNT + 1)]
    mean = sum(values) / COUNT
    s = math.sqrt(sum((value - mean) ** 2 for value in values) / (COUNT - 1))
    assert judged["summary"]["mean"] == pytest.approx(mean, abs=0.001)
    assert judged["summary"]["s"] == pytest.approx(s, abs=0.001)
    statistic = (max(values) - mean) / s
    assert judged["outlier"]["statistic"] == pytest.approx(statistic, abs=0.02)
    assert judged["outlier"]["critical"] == pytest.approx(2.908, abs=0.001)
    text = bench.said("series", "show", bench.run)
    assert "after JJF 1070 2005" in text
    assert "verdict: conditional pass (single values)" in text
