"""What a view is. ``docs/web.md`` says how to add one."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

import msgspec
from aiohttp import web

from daq.web.history import History
from daq.web.visit import Visit

Shown: TypeAlias = Mapping[str, object]
"""What the template is given, by name."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A view's further address below its own, for data its page fetches or people download."""

    path: str
    give: Callable[[Visit, web.Request], Awaitable[web.StreamResponse]]


class View(msgspec.Struct, frozen=True, kw_only=True):
    """One view: a name, an address, a template, and what fills it.

    ``name`` is its key in the texts (``view.NAME``) and in the navigation. ``path`` is its
    address, ``/instrument/{name}``. ``show`` makes what ``template`` (a file of the view's own
    folder, ``overview/page.html``) shows; it is called again whenever the snapshot changes, for
    every page that is open, so it must be quick: what takes time belongs into an answer of its own. ``home`` is where the navigation leads, None for a view that is reached otherwise.

    ``show`` may raise WrongLinkError, which becomes a page with status 404.
    """

    name: str
    path: str
    template: str
    show: Callable[[Visit], Awaitable[Shown]]
    home: str | None = None
    answers: Sequence[Answer] = ()


Make: TypeAlias = Callable[[History], View]
"""Each view's module has one: ``make(history)``."""
