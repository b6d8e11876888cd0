"""What a view is. ``docs/how-to/web-views.md`` says how to add one."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec
from aiohttp import web

from daq.web.data.snapshot import Snapshot
from daq.web.download import Downloads
from daq.web.eventlog import EventLog
from daq.web.history import History
from daq.web.visit import Visit

Shown: TypeAlias = Mapping[str, object]
"""What the template is given, by name."""


class Sources(msgspec.Struct, frozen=True):
    """Where views get what the snapshot does not have: the past, exports, the daemon's socket.

    ``incidents`` is the folder with what is kept of them. ``asked_again`` has the daemon asked at
    once, after something was done: what is shown next is of after that.
    """

    history: History
    downloads: Downloads
    socket: Path
    incidents: Path
    log: EventLog
    asked_again: Callable[[], Awaitable[None]]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a page with an address of its own: what takes long, or has another pace.

    The address is ``path`` below that of the view. ``static/load.js`` puts the part into an
    element with ``data-load``.
    """

    path: str
    template: str
    show: Callable[[Visit], Awaitable[Shown]]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A view's further address below its own: data, a download, or something that is done.

    Anything but GET needs a sign-in and comes from a page of ours: the gate sees to it.
    """

    path: str
    give: Callable[[Visit, web.Request], Awaitable[web.StreamResponse]]
    method: str = "GET"


class View(msgspec.Struct, frozen=True, kw_only=True):
    """One view: a name, an address, a template, and what fills it.

    ``name`` is its key in the texts (``view.NAME``) and in the navigation, ``path`` its address
    (``/instrument/{name}``), ``home`` where the navigation leads, None for a view that is reached
    otherwise. ``show`` makes what ``template`` shows, a file of the view's own folder
    (``overview/page.html``). It is called again whenever the snapshot changes, for every page
    that is open, so it must be quick: what takes time belongs into a part.

    ``about`` is all of a snapshot that the view shows, what the layout does included: where that
    stays the same, an open page is not made anew with every snapshot. None: it shows something
    that is always new.

    ``show`` may raise WrongLinkError, which becomes a page with status 404.
    """

    name: str
    path: str
    template: str
    show: Callable[[Visit], Awaitable[Shown]]
    home: str | None = None
    about: Callable[[Snapshot], Hashable] | None = None
    parts: Sequence[Part] = ()
    answers: Sequence[Answer] = ()


Make: TypeAlias = Callable[[Sources], View]
"""Each view's module has one: ``make(sources)``."""
