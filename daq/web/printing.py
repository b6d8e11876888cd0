"""Makes a PDF of a report, in a process of its own: it takes seconds, and memory that stays taken.

python -m daq.web.printing <report.html >report.pdf
"""

import asyncio
import sys

from daq.report.errors import ReportError
from daq.report.pdf import to_pdf
from daq.web.errors import BusyError

LONGEST = 60.0
"""Seconds a PDF may take."""


class Printer:
    """Prints one report at a time."""

    def __init__(self) -> None:
        self._busy = False

    async def print(self, html: str) -> bytes:
        """The report as PDF.

        Raises:
            BusyError: another report is being printed, or this one takes too long.
            ReportError: what makes a PDF is not installed, or fails.
        """
        if self._busy:
            raise BusyError("printing")
        self._busy = True
        try:
            return await _printed(html)
        finally:
            self._busy = False


async def _printed(html: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "daq.web.printing"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(LONGEST):
            made, trouble = await process.communicate(html.encode())
    except TimeoutError as error:
        raise BusyError("print-slow", seconds=f"{LONGEST:.0f}") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise ReportError(trouble.decode(errors="replace").strip().splitlines()[-1])
    return made


def main() -> int:
    """From standard input to standard output; what is wrong in one line of standard error."""
    try:
        made = to_pdf(sys.stdin.buffer.read().decode())
    except ReportError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
