"""Signing in and out."""

import asyncio
import time
from collections.abc import Mapping

from aiohttp import web

from daq.web.access.attempts import Attempts
from daq.web.access.gate import COOKIE, SIGN_IN, Gate
from daq.web.access.origin import shown_address
from daq.web.access.register import Begun
from daq.web.pages import Pages
from daq.web.render import Renderer

READ_LIMIT = 10.0
"""Seconds a form may take to arrive."""


class SignIn:
    """The form, and what becomes of it."""

    def __init__(self, gate: Gate, pages: Pages, renderer: Renderer) -> None:
        self._gate, self._pages, self._renderer = gate, pages, renderer
        self._attempts = Attempts()

    def routes(self) -> list[web.RouteDef]:
        """What to answer where."""
        return [
            web.get(SIGN_IN, self._form),
            web.post(SIGN_IN, self._begin),
            web.post("/sign-out", self._end),
        ]

    async def _form(self, request: web.Request) -> web.Response:
        return self._page(request, _target(request.query), "")

    async def _begin(self, request: web.Request) -> web.Response:
        async with asyncio.timeout(READ_LIMIT):
            form = await request.post()
        target, address = _target(form), shown_address(_peer(request))
        if wait := self._attempts.wait(address, time.monotonic()):
            return self._page(request, target, "wait", int(wait) + 1)
        name, password = (str(form.get(key, "")) for key in ("name", "password"))
        begun = await self._gate.register.prove(name.strip(), password, address)
        if not isinstance(begun, Begun):
            self._attempts.failed(address, time.monotonic())
            return self._page(request, target, begun)
        self._attempts.passed(address)
        if self._gate.register.named:
            self._gate.diary.signed_in(begun.name, address)
        answer = web.Response(status=303, headers={"Location": target})
        answer.set_cookie(
            COOKIE,
            self._gate.sessions.begin(begun),
            max_age=int(self._gate.sessions.life),
            httponly=True,
            secure=self._gate.config.tls is not None,
            # Not Strict: a link somebody sent would ask to sign in again. What changes something
            # is never a GET, and has to come from a page of ours besides.
            samesite="Lax",
        )
        return answer

    async def _end(self, request: web.Request) -> web.Response:
        key = request.cookies.get(COOKIE, "")
        begun = self._gate.sessions.who(key)
        if begun is not None and self._gate.register.named:
            self._gate.diary.signed_out(begun.name, shown_address(_peer(request)))
        self._gate.sessions.end(key)
        answer = web.Response(status=303, headers={"Location": "/"})
        answer.del_cookie(COOKIE)
        return answer

    def _page(self, request: web.Request, target: str, trouble: str, wait: int = 0) -> web.Response:
        visit = self._pages.visit(request)
        frame = self._pages.frame(request)
        shown: dict[str, object] = {"target": target, "trouble": trouble, "wait": wait}
        shown |= {"open": self._gate.can_sign_in, "named": self._gate.register.named}
        text = self._renderer.plain("sign_in.html", visit, frame, shown)
        status = {"": 200, "wait": 429}.get(trouble, 403)
        headers = {"Retry-After": str(wait)} if wait else {}
        return web.Response(text=text, status=status, content_type="text/html", headers=headers)


def _peer(request: web.Request) -> object:
    return request.transport.get_extra_info("peername") if request.transport else None


def _target(given: Mapping[str, object]) -> str:
    """Where to go afterwards: a path of this page, and nowhere else."""
    target = str(given.get("to", "/"))
    plain = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if plain else "/"
