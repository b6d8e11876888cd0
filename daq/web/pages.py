"""Answers for views: their pages, now or as soon as something has changed, and what they add."""

import asyncio
import time
from functools import partial
from typing import cast

from aiohttp import web

from daq.config.web import WebConfig
from daq.web.access.gate import WHO
from daq.web.data.snapshot import Snapshot
from daq.web.errors import BusyError
from daq.web.live.watch import Watch
from daq.web.render import Frame, Renderer
from daq.web.text import LANGUAGES, Language, Text, best
from daq.web.view import Answer, Part, View
from daq.web.visit import Visit

LIVE = "X-Live"
"""Header of who has a page already: the version of what it shows. Answered with the whole page
once there is a newer one; what is different of it is put in place by ``static/live.js``."""

HOLD = 20.0
"""Seconds such a request waits."""

REST = 5.0
"""Seconds it waits at most where what is shown has stayed the same: the page says as of when."""

KNOWN = 256
"""Pages of which is remembered what they show, so that who has one gets no other that is alike."""

VIEWERS = 64
"""Requests that wait at a time: so many pages may be open."""

MADE = 8
"""Pages kept for others who look at the same."""

LANGUAGE, THEME = "daq-language", "daq-theme"
THEMES = ("light", "dark")
YEAR = 365 * 86_400


class Pages:
    """Makes answers; knows what is shown now and how it becomes HTML."""

    def __init__(self, config: WebConfig, watch: Watch, renderer: Renderer) -> None:
        self._config, self._watch, self._renderer = config, watch, renderer
        self._navigation: list[tuple[str, str]] = []
        self._viewers = 0
        self._made: dict[tuple[object, ...], str] = {}
        self._about: dict[tuple[str, int], int] = {}

    def routes(self, view: View) -> list[web.RouteDef]:
        """What to answer where, for a view."""
        if view.home is not None:
            self._navigation.append((view.name, view.home))
        below = view.path.rstrip("/")
        return [
            *[web.get(f"{below}/{part.path}", partial(self._part, part)) for part in view.parts],
            *[
                web.route(answer.method, f"{below}/{answer.path}", partial(self._answer, answer))
                for answer in view.answers
            ],
            web.get(view.path, partial(self._give, view)),
        ]

    def visit(self, request: web.Request) -> Visit:
        """What is asked."""
        return Visit(
            snapshot=self._watch.snapshot,
            now=time.time_ns(),
            text=Text(self._language(request)),
            path=dict(request.match_info),
            choices={key: tuple(request.query.getall(key)) for key in request.query},
            who=request.get(WHO),
            renewal=LIVE in request.headers,
        )

    def frame(self, request: web.Request) -> Frame:
        """What surrounds it."""
        theme = request.cookies.get(THEME, "")
        return Frame(
            theme=theme if theme in THEMES else "",
            link=request.path_qs,
            can_sign_in=self._config.has_sign_in,
            navigation=self._navigation,
        )

    async def _give(self, view: View, request: web.Request) -> web.StreamResponse:
        if chosen := _choice(request):
            return chosen
        await self._watch.begun()
        if LIVE in request.headers:
            await self._newer(view, request)
        visit = self.visit(request)
        self._note(view, visit.snapshot)
        answer = web.Response(
            text=await self._page(view, visit, self.frame(request)),
            content_type="text/html",
            headers={
                LIVE: str(visit.snapshot.version),
                "X-Now": str(visit.snapshot.time // 10**6),
                "Content-Language": visit.text.language,
            },
        )
        answer.enable_compression()
        return answer

    async def _page(self, view: View, visit: Visit, frame: Frame) -> str:
        """The page; those who look at the same page anew share it."""
        key = (frame.link, frame.theme, visit.text.language, visit.who, visit.snapshot.version)
        if visit.renewal and key in self._made:
            return self._made[key]
        text = self._renderer.page(view, visit, frame, await view.show(visit))
        if visit.renewal:
            self._made[key] = text
            while len(self._made) > MADE:
                del self._made[next(iter(self._made))]
        return text

    async def _part(self, part: Part, request: web.Request) -> web.StreamResponse:
        await self._watch.begun()
        visit = self.visit(request)
        shown = await part.show(visit)
        text = self._renderer.part(part, visit, self.frame(request), shown)
        answer = web.Response(text=text, content_type="text/html")
        answer.enable_compression()
        return answer

    async def _answer(self, answer: Answer, request: web.Request) -> web.StreamResponse:
        await self._watch.begun()
        return await answer.give(self.visit(request), request)

    async def _newer(self, view: View, request: web.Request) -> None:
        if self._viewers >= VIEWERS:
            raise BusyError("pages", most=VIEWERS)
        self._viewers += 1
        try:
            known = request.headers[LIVE]
            version = int(known) if known.isdecimal() and len(known) < 20 else -1  # noqa: PLR2004
            await self._changed(view, version)
        finally:
            self._viewers -= 1

    async def _changed(self, view: View, version: int) -> None:
        """Wait until a view shows something else than in this version."""
        shown = self._about.get((view.name, version))
        if view.about is None or shown is None:
            await self._watch.after(version, HOLD)
            return
        end = (loop := asyncio.get_running_loop()).time() + REST
        while (left := end - loop.time()) > 0:
            snapshot = await self._watch.after(version, left)
            if hash(view.about(snapshot)) != shown:
                return
            version = snapshot.version

    def _note(self, view: View, snapshot: Snapshot) -> None:
        if view.about is not None:
            self._about[view.name, snapshot.version] = hash(view.about(snapshot))
            while len(self._about) > KNOWN:
                del self._about[next(iter(self._about))]

    def _language(self, request: web.Request) -> Language:
        chosen = request.cookies.get(LANGUAGE, "")
        if chosen in LANGUAGES:
            return cast("Language", chosen)
        if self._config.language != "browser":
            return self._config.language
        return best(request.headers.get("Accept-Language", ""))


def _choice(request: web.Request) -> web.Response | None:
    """Somebody chooses a language or a theme: remember it, and come back without it in the link."""
    for key, cookie, allowed in (
        ("language", LANGUAGE, (*LANGUAGES, "browser")),
        ("theme", THEME, (*THEMES, "browser")),
    ):
        chosen = request.query.get(key)
        if chosen is None or chosen not in allowed:
            continue
        link = request.rel_url.without_query_params("language", "theme")
        answer = web.Response(status=303, headers={"Location": str(link)})
        if chosen == "browser":
            answer.del_cookie(cookie)
        else:
            answer.set_cookie(cookie, chosen, max_age=YEAR, httponly=True, samesite="Lax")
        return answer
    return None
