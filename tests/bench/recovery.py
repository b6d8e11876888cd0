"""How long the recovery of a damaged journal takes: ``python -m tests.bench.recovery [scans]``."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from daq.journal import Journal, JournalReader, JournalSettings
from tests.journal_samples import append, running, series_key

BATCH = 20_000


async def main(scans: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        async with running(path, JournalSettings()) as journal:
            series = journal.series(series_key(width=20))
            for start in range(0, scans, BATCH):
                for number in range(start, start + BATCH):
                    append(journal, series, number)
                await journal.wait_beyond(start)
        with path.open("r+b") as stream:
            stream.write(bytes(4096))
        size = path.stat().st_size / 1e6
        began, cpu = time.perf_counter(), time.process_time()
        await (await Journal.open(path)).close()
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        with JournalReader(path) as reader:
            recovered = len(list(reader.entries(0, scans)))
        print(  # noqa: T201 - what it is for
            f"{size:.0f} MB, {recovered} of {scans} scans of 20 channels in {seconds:.1f} s "
            f"({cpu:.1f} s CPU): {size / seconds:.1f} MB/s, {scans / seconds:,.0f} scans/s"
        )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500_000))
