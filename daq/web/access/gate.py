"""Lets requests in or not, before any view sees them."""

from urllib.parse import quote

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from daq.config.web import WebConfig
from daq.web.access.keys import Keys
from daq.web.access.origin import SAFE, is_ours, is_own_page
from daq.web.access.sessions import Sessions
from daq.web.api.answers import API
from daq.web.errors import NotAllowedError, WrongNameError

COOKIE = "daq-session"
SIGN_IN = "/sign-in"
STATIC = "/static/"
PROGRAM = "token"
"""Who somebody is that comes with the token."""

WHO = web.RequestKey("who", str)
"""Of a request: who has signed in; missing for others."""


class Gate(msgspec.Struct, frozen=True):
    """What decides: the configuration, the secrets, and who has signed in."""

    config: WebConfig
    keys: Keys
    sessions: Sessions

    def middleware(self) -> Middleware:
        """Before every request."""

        @web.middleware
        async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
            self._check_name(request)
            who = self._who(request)
            if who is not None:
                request[WHO] = who
            _check_token(request, who)
            self._check_origin(request, who)
            if not _is_open(request) and who is None:
                self._check_signed_in(request)
            return await handler(request)

        return gate

    def _check_name(self, request: web.Request) -> None:
        if not self.config.remote and not is_ours(request.host, self.config.names):
            raise WrongNameError("name", name=request.host[:200])

    def _who(self, request: web.Request) -> str | None:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer" and self.keys.is_token(token.strip()):
            return PROGRAM
        return self.sessions.who(request.cookies.get(COOKIE, ""))

    def _check_origin(self, request: web.Request, who: str | None) -> None:
        if who == PROGRAM:
            return  # no browser sends a token by itself
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


def _check_token(request: web.Request, who: str | None) -> None:
    """A program that does something is told what it lacks, not that it is no page of ours."""
    if who is None and request.path.startswith(API) and request.method not in SAFE:
        raise web.HTTPUnauthorized(
            text="the token is missing, or is another one: send `Authorization: Bearer TOKEN`"
        )


def _is_open(request: web.Request) -> bool:
    """Whether everybody may have this: the sign-in itself, and what it looks like."""
    return request.path == SIGN_IN or request.path.startswith(STATIC)
