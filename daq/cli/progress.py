"""How far a long command is: a bar on standard error when that is a screen, else nothing."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TypeAlias

import click
from rich.console import RenderableType
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from daq.cli.screens import err, interactive

Tell: TypeAlias = Callable[[int, int], None]
"""Is told how many of how many are done."""

BAR = 24
"""Columns of a bar, so that its words fit into 60."""

quiet_option = click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")


@contextmanager
def progress(what: str, *, quiet: bool = False) -> Generator[Tell | None]:
    """A bar named ``what``, and whom to tell; None where nobody would see it."""
    if not seen(quiet=quiet):
        yield None
        return
    columns = (TextColumn(what), BarColumn(BAR), TaskProgressColumn(), TimeRemainingColumn())
    # What is printed meanwhile has its own place: standard output may be a file.
    with Progress(*columns, console=err(), transient=True, redirect_stdout=False) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def told(*, quiet: bool = False) -> Generator[Callable[[float, float, str], None] | None]:
    """A bar with words that change, for what takes as long as it takes; None: nobody sees it."""
    if not seen(quiet=quiet):
        yield None
        return
    words = TextColumn("{task.description}", markup=False)
    columns = (BarColumn(BAR), TimeElapsedColumn(), words)
    with Progress(*columns, console=err(), transient=True, redirect_stdout=False) as bar:
        task = bar.add_task("", total=None)

        def tell(done: float, total: float, text: str) -> None:
            bar.update(task, completed=done, total=total, description=text)

        yield tell


class _Watched(Progress):
    """A bar that looks by itself how far it is, each time it is drawn."""

    def __init__(self, what: str, look: Callable[[], tuple[int, int]]) -> None:
        self._look = look
        columns = (TextColumn(what), BarColumn(BAR), TextColumn("{task.completed} of {task.total}"))
        super().__init__(*columns, console=err(), transient=True, redirect_stdout=False)

    def get_renderable(self) -> RenderableType:
        done, total = self._look()
        for task in self.tasks:
            task.completed, task.total = min(done, total), total
        return super().get_renderable()


@contextmanager
def watched(
    what: str, look: Callable[[], tuple[int, int]], *, quiet: bool = False
) -> Generator[None]:
    """A bar for what tells nobody how far it is: ``look`` finds out, ten times a second."""
    if not seen(quiet=quiet):
        yield
        return
    with _Watched(what, look) as bar:
        bar.add_task("", total=1)
        yield


def say(text: str) -> None:
    """A line on standard error while a bar may be there: above it, for rich stands in between.

    click and a console of its own would write past it, into the bar.
    """
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def seen(*, quiet: bool = False) -> bool:
    """Whether somebody would see a bar."""
    return not quiet and interactive(sys.stderr)
