"""What journald is told of a line."""

import logging
import os
import sys
from pathlib import Path

from daq.logs import JournaldFormatter, is_journald


def record(level: int, text: str) -> logging.LogRecord:
    return logging.LogRecord("daq", level, "file", 1, text, (), None)


def test_every_line_carries_its_priority() -> None:
    formatter = JournaldFormatter()
    assert formatter.format(record(logging.INFO, "ready")) == "<6>ready"
    assert formatter.format(record(logging.ERROR, "one\ntwo")) == "<3>one\n<3>two"
    assert formatter.format(record(25, "between")) == "<6>between"


def test_a_traceback_has_the_priority_of_its_record() -> None:
    failed = record(logging.ERROR, "failed")
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        failed.exc_info = sys.exc_info()
    lines = JournaldFormatter().format(failed).splitlines()
    assert len(lines) > 3
    assert all(line.startswith("<3>") for line in lines)


def test_only_the_stream_systemd_made_is_journald(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as log:
        found = os.fstat(log.fileno())
        stream = {"JOURNAL_STREAM": f"{found.st_dev}:{found.st_ino}"}
        assert is_journald(log.fileno(), stream)
        assert not is_journald(log.fileno(), {"JOURNAL_STREAM": "1:1"})
        assert not is_journald(log.fileno(), {})
    assert not is_journald(-1, stream)
