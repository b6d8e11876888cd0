"""Writes the dashboards: ``python -m config.dashboards [FOLDER]``."""

import sys
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from config.dashboards.daemon import daemon
from config.dashboards.instrument import instrument
from config.dashboards.lab import lab
from config.dashboards.usage import usage

FOLDER = Path("config/grafana/dashboards")

PAGES = {"lab": lab, "instrument": instrument, "daemon": daemon, "usage": usage}


def texts() -> dict[str, str]:
    """The content of each file, by its name; the same for the same code."""
    return {f"{name}.json": _text(name) for name in PAGES}


def _text(name: str) -> str:
    board = PAGES[name]().build()
    for number, panel in enumerate(board.panels or [], 1):
        panel.id_val = number  # panels are told apart by it, in links and when they repeat
    return JSONEncoder(indent=2, ensure_ascii=False, sort_keys=True).encode(board) + "\n"


def main() -> None:
    """Write them into the folder given, or where Grafana's provisioning finds them."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts().items():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
