"""Processor instructions of what is done with a scan: the same on a slow, a fast, a busy machine.

Counted by valgrind, as the difference between so many rounds and twice as many, with hashes that
do not change from run to run. What talks to a server or to units talks to real ones, which run
beside it uncounted; how many answers come at once makes a per cent or two of difference. Other
people's libraries do the same work in the same run: the ratio is theirs to ours. Where there are
none it is that of a million instructions.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from tests.bench.figure import Figure, RowError
from tests.bench.plant.counted import Told
from tests.bench.plant.pieces import CONNECTIONS, FEW, MANY, PIECES, Where
from tests.bench.plant.plant import CONFIGURATION, Load, units, write_configuration
from tests.servers.mosquitto import Mosquitto
from tests.servers.victoriametrics import VictoriaMetrics

LIMIT = 300.0
OURS = ("all", "request", "commit", "publish", "write", "poll few", "poll many")
THEIRS = ("pymodbus", "aiomqtt", "influxdb-client")
PARTS = ("decode", "journal", "mqtt", "line")
START_UNITS = 100
LIBRARIES = "pymodbus.client, aiomqtt, influxdb_client.client.influxdb_client_async"
COMPARED = (
    ("request", "pymodbus", "make a Modbus TCP request for ten floats"),
    ("publish", "aiomqtt", "publish a scan of ten channels, MQTT QoS 1"),
    ("write", "influxdb-client", "write a line of ten fields to InfluxDB, gzip"),
)

_VALGRIND = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
_COUNT = re.compile(r"^==(\d+)== I\s+refs:\s+([\d,]+)", re.MULTILINE)


def measure(*, quick: bool) -> list[Figure]:
    """A figure for each piece of the way."""
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryDirectory() as lab,
        Mosquitto(Path(folder) / "broker") as broker,
        VictoriaMetrics(Path(folder) / "database") as database,
        units(CONNECTIONS) as port,
    ):
        where = Where(port, broker.port, database.url)
        # At the same time: where there are two cores, both are used.
        starts = [_started(*_start_of_ours(Path(lab))), _started("-c", f"import {LIBRARIES}")]
        both = [_counting(where, OURS), _counting(where, (*THEIRS, *(() if quick else PARTS)))]
        count = {name: cost for started in both for name, cost in _counted(started).items()}
        ours, theirs = (_total(started) for started in starts)
    return [
        *_whole(count, quick=quick),
        *_compared(count),
        _growth(count),
        _figure(
            f"start: imports, and the configuration of {START_UNITS} units",
            ours,
            theirs / ours,
            rivals={"importing pymodbus, aiomqtt, influxdb-client": theirs},
        ),
    ]


def _start_of_ours(folder: Path) -> tuple[str, ...]:
    """What Python is told, to come as far as the daemon before it opens anything."""
    write_configuration(folder, Load(units=START_UNITS, interval="1s"))
    code = "import sys, pathlib, daq.cli.run as run; run.fit_setup(pathlib.Path(sys.argv[1]))"
    return "-c", code, str(folder / CONFIGURATION)


def _whole(count: Mapping[str, float], *, quick: bool) -> list[Figure]:
    return [
        _figure(
            "decode, journal and compose a scan of 50 registers",
            count["all"],
            1e6 / count["all"],
            detail={} if quick else {part: count[part] for part in PARTS},
        ),
        _figure("take in and commit one", count["commit"], 1e6 / count["commit"]),
    ]


def _compared(count: Mapping[str, float]) -> list[Figure]:
    return [
        _figure(what, count[ours], count[theirs] / count[ours], rivals={theirs: count[theirs]})
        for ours, theirs, what in COMPARED
    ]


def _growth(count: Mapping[str, float]) -> Figure:
    few, many = count["poll few"], count["poll many"]
    return _figure(
        f"poll a unit once, among {MANY} on a line each",
        many,
        few / many,
        detail={f"among {FEW}": few, "for a million": 1e6 / many},
    )


def _figure(
    what: str,
    value: float,
    ratio: float,
    *,
    rivals: Mapping[str, float] | None = None,
    detail: Mapping[str, float] | None = None,
) -> Figure:
    return Figure(
        row="instructions",
        what=what,
        value=value,
        unit="instructions",
        better="less",
        ratio=ratio,
        rivals=dict(rivals or {}),
        detail=dict(detail or {}),
    )


def _counting(where: Where, names: Sequence[str]) -> subprocess.Popen[str]:
    wanted = msgspec.json.encode(where).decode()
    return _started("-m", "tests.bench.plant.counted", wanted, *names)


def _started(*arguments: str) -> subprocess.Popen[str]:
    """Python with these arguments under valgrind."""
    try:
        return subprocess.Popen(
            [*_VALGRIND, sys.executable, *arguments],
            env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONMALLOC": "pymalloc"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    except FileNotFoundError as error:
        raise RowError("valgrind is not installed: make servers") from error


def _total(process: subprocess.Popen[str]) -> float:
    """Instructions of a whole process."""
    _, counts = _ended(process)
    return counts[process.pid]


def _ended(process: subprocess.Popen[str]) -> tuple[str, dict[int, int]]:
    """What it printed, and what valgrind counted, by process.

    Raises:
        RowError: it failed, or did not end.
    """
    try:
        told, said = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired as error:
        process.kill()
        process.communicate()
        raise RowError(f"valgrind did not end within {LIMIT:g} s") from error
    counts = {int(pid): int(count.replace(",", "")) for pid, count in _COUNT.findall(said)}
    if process.returncode or process.pid not in counts:
        raise RowError(f"valgrind counted nothing:\n{told}\n{said[-3000:]}")
    return told, counts


def _counted(process: subprocess.Popen[str]) -> dict[str, float]:
    """Instructions a scan, by piece."""
    told, counts = _ended(process)
    runs = [msgspec.json.decode(line, type=Told) for line in told.splitlines()]
    if failed := [run.piece for run in runs if not run.ok or run.pid not in counts]:
        raise RowError(f"failed under valgrind: {', '.join(failed)}")
    by_piece = {name: [run for run in runs if run.piece == name] for name in PIECES}
    return {
        name: (counts[twice.pid] - counts[once.pid]) / (twice.scans - once.scans)
        for name, (once, twice) in ((name, pair) for name, pair in by_piece.items() if pair)
    }
