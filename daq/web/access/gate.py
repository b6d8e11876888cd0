"""Lets requests in or not, before any view sees them."""

from urllib.parse import quote

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from daq.access.user import Person
from daq.config.web import WebConfig
from daq.web.access.diary import Diary
from daq.web.access.origin import SAFE, is_ours, is_own_page
from daq.web.access.register import Begun, Register
from daq.web.access.sessions import Sessions
from daq.web.api.answers import API
from daq.web.errors import NotAllowedError, WrongNameError

COOKIE = "daq-session"
SIGN_IN = "/sign-in"
STATIC = "/static/"
WHO = web.RequestKey("who", Person)
"""Of a request: who has signed in; missing for others."""


class Gate(msgspec.Struct, frozen=True):
    """What decides: the configuration, who is who, and who has signed in."""

    config: WebConfig
    register: Register
    sessions: Sessions[Begun]
    diary: Diary
    can_sign_in: bool

    def middleware(self) -> Middleware:
        """Before every request."""

        @web.middleware
        async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
            self._check_name(request)
            program = self._program(request)
            who = program or self._visitor(request)
            if who is not None:
                request[WHO] = who
            _check_token(request, who)
            if program is None:  # no browser sends a token by itself
                self._check_origin(request)
            if not _is_open(request) and who is None:
                self._check_signed_in(request)
            return await handler(request)

        return gate

    def _check_name(self, request: web.Request) -> None:
        if not self.config.remote and not is_ours(request.host, self.config.names):
            raise WrongNameError("name", name=request.host[:200])

    def _program(self, request: web.Request) -> Person | None:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        return self.register.of_token(token.strip()) if kind.lower() == "bearer" else None

    def _visitor(self, request: web.Request) -> Person | None:
        key = request.cookies.get(COOKIE, "")
        begun = self.sessions.who(key, use=not self.register.named or _is_use(request))
        if begun is None:
            return None
        who = self.register.still(begun)
        if who is None:
            self.sessions.end(key)
        return who

    def _check_origin(self, request: web.Request) -> None:
        if not is_own_page(request.method, request.headers, request.host):
            raise NotAllowedError("origin")

    def _check_signed_in(self, request: web.Request) -> None:
        if request.method not in SAFE:
            raise NotAllowedError("sign-in")
        if not self.config.view_needs_sign_in:
            return
        if "text/html" in request.headers.get("Accept", ""):
            raise web.HTTPSeeOther(f"{SIGN_IN}?to={quote(request.path_qs, safe='')}")
        raise web.HTTPUnauthorized(
            text="sign in first", headers={"WWW-Authenticate": 'Bearer realm="lab-daq"'}
        )


def _check_token(request: web.Request, who: Person | None) -> None:
    """A program that does something is told what it lacks, not that it is no page of ours."""
    if who is None and request.path.startswith(API) and request.method not in SAFE:
        raise web.HTTPUnauthorized(
            text="the token is missing, or is another one: send `Authorization: Bearer TOKEN`"
        )


def _is_open(request: web.Request) -> bool:
    """Whether everybody may have this: the sign-in itself, and what it looks like."""
    return request.path == SIGN_IN or request.path.startswith(STATIC)


def _is_use(request: web.Request) -> bool:
    """Whether somebody opened or did something: a page that renews itself is nobody's use of it."""
    return request.method not in SAFE or request.headers.get("Sec-Fetch-Mode", "navigate") in (
        "navigate",
        "nested-navigate",
    )
