"""A picture that is drawn anew on the whole window until Ctrl-C, and stays when it ends."""

import signal
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn, TypeAlias

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.live import Live
from rich.segment import Segment
from rich.text import Text

from daq.cli.screens import out

Picture: TypeAlias = Callable[[int, int], Sequence[RenderableType]]
"""Draws what there is to see, for a window of so many columns and lines."""

PERIOD = 0.5
"""Seconds from one picture to the next: ages count in the eyes of who looks."""

TERMINATED = 128 + signal.SIGTERM


class Page:
    """Parts one below the other; what the window has no line for is counted in its last one."""

    def __init__(self, parts: Sequence[RenderableType]) -> None:
        self._parts = parts

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = options.height or options.size.height
        inner = options.update(height=None)
        lines = console.render_lines(Group(*self._parts), inner, pad=False)
        hidden = len(lines) - room + 1
        if hidden > 1:
            more = Text(f"{hidden} more lines: make the window higher", "dim", no_wrap=True)
            lines = [*lines[: room - 1], *console.render_lines(more, inner, pad=False)]
        for line in lines:
            yield from line
            yield Segment.line()


def show(picture: Picture) -> NoReturn:
    """Draw until Ctrl-C; the last picture stays in the window afterwards.

    Raises:
        KeyboardInterrupt: Ctrl-C.
        SystemExit: SIGTERM; the window is given back as it was.
    """
    screen = out()
    try:
        with _asked_to_end(), Live(console=screen, screen=True, auto_refresh=False) as live:
            while True:
                parts = picture(*screen.size)
                live.update(Page(parts), refresh=True)
                time.sleep(PERIOD)
    except KeyboardInterrupt:
        for part in picture(*screen.size):
            screen.print(part)
        raise


@contextmanager
def _asked_to_end() -> Generator[None]:
    """A SIGTERM as an exception: left to itself it would leave the window without a cursor."""

    def end(number: int, frame: FrameType | None) -> NoReturn:
        del number, frame
        raise SystemExit(TERMINATED)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
