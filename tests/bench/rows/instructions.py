"""Processor instructions for a scan of 50 registers, pure work alone: the same on a busy machine.

Counted by valgrind, as the difference between so many rounds and twice as many, with hashes that
do not change from run to run.
"""

import os
import re
import subprocess
import sys

from tests.bench.figure import Figure, RowError

ROUNDS = 300
PIECES = ("decode", "journal", "mqtt", "line")
LIMIT = 240.0

_VALGRIND = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
_COUNT = re.compile(r"I\s+refs:\s+([\d,]+)")


def measure(*, quick: bool) -> list[Figure]:
    """Instructions for all pieces together, and when there is time for each."""
    total = _of("all")
    return [
        Figure(
            row="instructions",
            what="instructions to decode, journal and compose a scan of 50 registers",
            value=total,
            unit="a scan",
            better="less",
            ratio=1e6 / total,
            detail={} if quick else {piece: _of(piece) for piece in PIECES},
        )
    ]


def _of(piece: str) -> float:
    """Instructions a round."""
    once, twice = (_started(piece, rounds) for rounds in (ROUNDS, 2 * ROUNDS))
    return (_counted(twice) - _counted(once)) / ROUNDS


def _started(piece: str, rounds: int) -> subprocess.Popen[str]:
    module = "tests.bench.plant.hot_path"
    try:
        return subprocess.Popen(
            [*_VALGRIND, sys.executable, "-m", module, piece, str(rounds)],
            env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONMALLOC": "pymalloc"},
            stderr=subprocess.PIPE,
            text=True,
        )
    except FileNotFoundError as error:
        raise RowError("valgrind is not installed: make servers") from error


def _counted(process: subprocess.Popen[str]) -> int:
    try:
        _, said = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    found = _COUNT.search(said)
    if process.returncode or found is None:
        raise RowError(f"valgrind counted nothing:\n{said[-2000:]}")
    return int(found[1].replace(",", ""))
