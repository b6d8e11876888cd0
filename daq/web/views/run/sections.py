"""What other parts of the program add to the page of a run.

A section is a template in this folder and a function that fills it; it is loaded after the page,
below what everybody sees of a run. Its heading is the text ``run.section-NAME``.
"""

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from daq.runs.run import Run
from daq.web.view import Shown, Sources
from daq.web.views.run.detail import Details
from daq.web.views.run.programme import programme
from daq.web.visit import Visit


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One of them: its address below that of the run, its template, and what fills it.

    It is loaded again every ``every`` seconds. ``of`` says which runs have it.
    """

    name: str
    template: str
    show: Callable[[Sources, Details, Visit], Awaitable[Shown]]
    every: int = 15
    of: Callable[[Run], bool] = lambda _: True


SECTIONS: Sequence[Section] = (
    Section(
        name="programme",
        template="run/programme.html",
        show=programme,
        of=lambda run: bool(run.programme),
    ),
)
"""In the order in which they are shown."""
