"""Puts the figures of the last soak into the documents: ``python -m tests.soak.publish DIR``."""

import sys
from pathlib import Path
from typing import Any

import msgspec

from tests.system.faults.publish import PAGE, replace_part

FIGURE = "soak.svg"


def main(folder: Path) -> None:
    """Figures between the marks of docs/explanation/reliability.md, the plots beside it."""
    found: dict[str, Any] = msgspec.json.decode((folder / "soak.json").read_bytes())
    table = (folder / "soak.md").read_text("utf-8")
    (PAGE.parent / FIGURE).write_bytes((folder / FIGURE).read_bytes())
    text = f"Run on {found['date']}.\n\n{table}\n![The soak over its time]({FIGURE})\n"
    replace_part("soak", text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
