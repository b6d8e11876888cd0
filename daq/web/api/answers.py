"""Answers to programs: JSON, errors included."""

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler

from daq.control.client import DeclinedError, NotRunningError
from daq.errors import DaqError
from daq.web.errors import LateError, ToldError, WrongLinkError

API = "/api/"
"""What every address for programs begins with."""

NOT_NOW = 503
SIGN_IN = {"WWW-Authenticate": 'Bearer realm="lab-daq"'}


def answer(value: object, status: int = 200, **headers: str) -> web.Response:
    """A value as JSON."""
    return web.Response(
        body=msgspec.json.encode(value) + b"\n",
        status=status,
        content_type="application/json",
        headers=headers,
    )


@web.middleware
async def api_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Errors on addresses for programs are JSON: what is wrong, and what to do."""
    if not request.path.startswith(API):
        return await handler(request)
    try:
        return await handler(request)
    except web.HTTPException as error:
        return _refused(error.status, _words(error, request), error.headers.get("Allow", ""))
    except TimeoutError:
        return _refused(LateError.status, str(LateError("late")))
    except DaqError as error:
        return _refused(*_told(error))


def _told(error: DaqError) -> tuple[int, str]:
    """Status and words; where files are on this machine is no business of who asks."""
    if isinstance(error, ToldError):
        return error.status, str(error)
    if isinstance(error, NotRunningError):
        return NOT_NOW, "the daemon does not answer; see whether `daq run` runs, and try again"
    if isinstance(error, DeclinedError):
        return 409, error.reason
    return 500, str(error)


def _refused(status: int, words: str, allow: str = "") -> web.Response:
    headers = {"Allow": allow} if allow else {}
    if status == NOT_NOW:
        headers["Retry-After"] = "5"
    if status == 401:  # noqa: PLR2004 - not signed in
        headers |= SIGN_IN
    return answer({"error": words}, status, **headers)


def _words(error: web.HTTPException, request: web.Request) -> str:
    """What aiohttp found wrong, in words of ours where somebody may come across it."""
    if error.status == WrongLinkError.status and error.text == "404: Not Found":
        return str(WrongLinkError("page", path=request.path[:200]))
    return error.text or error.reason
