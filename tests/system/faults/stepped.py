"""The daemon with a wall clock that a test can set: ``stepped.py run FILE``.

The clock is this machine's and what the file ``clock-offset`` beside FILE says, in ns.
"""

import asyncio
import sys
import time
from pathlib import Path

from daq.app import run_daemon
from daq.cli.configuration import fit_setup
from daq.logs import log_to_stderr

OFFSET = "clock-offset"


def set_offset(config: Path, offset: int) -> None:
    """Set the clock of the daemon that runs with this configuration."""
    draft = config.with_name(f".{OFFSET}")
    draft.write_text(str(offset))
    draft.replace(config.with_name(OFFSET))


def main(config: Path) -> None:
    """Run the daemon."""
    file = config.with_name(OFFSET)

    def clock() -> int:
        return time.time_ns() + int(file.read_text() if file.exists() else 0)

    log_to_stderr("info")
    asyncio.run(run_daemon(config.absolute(), fit_setup(config), clock))


if __name__ == "__main__":
    main(Path(sys.argv[2]))
