"""Writes the pages into docs/reference/: ``python -m daq.reference``."""

from daq.reference.pages import FOLDER, PAGES


def main() -> None:
    """Write every page."""
    for name, text in PAGES.items():
        (FOLDER / name).write_text(text(), "utf-8")


if __name__ == "__main__":
    main()
