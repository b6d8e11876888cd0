"""The pages there are, and where they stand."""

from collections.abc import Callable, Mapping
from pathlib import Path

from daq.reference.events import events_page
from daq.reference.lines import lines_page
from daq.reference.topics import topics_page

FOLDER = Path(__file__).parents[2] / "docs" / "reference"

PAGES: Mapping[str, Callable[[], str]] = {
    "events.md": events_page,
    "topics.md": topics_page,
    "line-protocol.md": lines_page,
}
