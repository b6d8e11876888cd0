"""What a view shows, as a table to be downloaded."""

from collections.abc import Callable, Iterable
from functools import partial

from aiohttp import web

from daq.export.sheet import Columns, Row, export_sheet
from daq.web.data.snapshot import Snapshot
from daq.web.view import Answer, Sources
from daq.web.visit import Visit


def sheet_answer(
    sources: Sources, name: str, columns: Columns, rows: Callable[[Snapshot], Iterable[Row]]
) -> Answer:
    """The address ``export`` of a view: the rows of what is shown now, as the file ``name``."""
    return Answer(path="export", give=partial(_give, sources, name, columns, rows))


async def _give(
    sources: Sources,
    name: str,
    columns: Columns,
    rows: Callable[[Snapshot], Iterable[Row]],
    visit: Visit,
    request: web.Request,
) -> web.StreamResponse:
    return await sources.downloads.write(
        request,
        name,
        lambda _, form, stream: export_sheet(columns, rows(visit.snapshot), form, stream),
    )
