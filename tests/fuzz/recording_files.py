"""Recordings, as `daq sim replay` reads them.

Invariants. A file is a recording or a ``RecordingError`` with its line; a recording can be played:
its cues hold the bytes received, and come after their occasion.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path

from simulators.errors import RecordingError
from simulators.replay.recording import parse_recording
from simulators.replay.script import renumbered, write_script

CASES = Path(__file__).parents[1] / "cases/recordings"


def target(data: bytes) -> None:
    """Read a recording and make a play of it."""
    try:
        recording = parse_recording(data, "fuzz")
    except RecordingError as error:
        _named(error)
        return
    script = write_script(recording)
    parts = [*script.greetings, *(exchange.cues for exchange in script.exchanges)]
    cues = list(itertools.chain.from_iterable(parts))
    heard = sorted(entry.data for entry in recording.entries if entry.dir == "rx")
    assert sorted(cue.data for cue in cues if cue.data) == heard
    assert all(cue.delay >= 0 for cue in cues)
    for exchange in script.exchanges:
        renumbered(exchange, exchange.request)


def seeds() -> Iterator[bytes]:
    """The recordings of past faults, cut to some lines, and headers alone."""
    for path in sorted(CASES.glob("*/recording.jsonl")):
        lines = path.read_bytes().splitlines(keepends=True)
        yield b"".join(lines[:1])
        yield b"".join(lines[:8])
        yield b"".join(lines)[:4000]
    yield b"[" * 3000 + b"\n"
    yield b'{"format":' * 300 + b"\n"


def _named(error: RecordingError) -> None:
    assert str(error).startswith("fuzz:")
