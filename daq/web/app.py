"""Puts the page together: the gate, the views, the static files, errors as pages."""

from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from daq.errors import DaqError
from daq.web.access.gate import Gate
from daq.web.access.sign_in import SignIn
from daq.web.api.answers import api_errors
from daq.web.api.runs import run_routes
from daq.web.doors import Doors
from daq.web.errors import LateError, ToldError, WebError, WrongLinkError, told
from daq.web.headers import put_headers
from daq.web.pages import Pages
from daq.web.render import Renderer
from daq.web.view import Sources
from daq.web.views import VIEWS

LARGEST = 16 * 1024
"""Bytes a form may have."""

METHOD = 405
"""Status of what is only done, and not looked at: reached by a link, it is none."""

STATIC = Path(__file__).parent / "static"


def build_app(
    gate: Gate, pages: Pages, renderer: Renderer, sources: Sources, doors: Doors
) -> web.Application:
    """The application, ready to be served."""
    app = web.Application(
        middlewares=[doors.middleware, _errors(pages, renderer), api_errors, gate.middleware()],
        client_max_size=LARGEST,
    )
    app.on_response_prepare.append(put_headers(tls=gate.config.tls is not None))
    app.router.add_static("/static/", STATIC)
    app.add_routes(SignIn(gate, pages, renderer).routes())
    app.add_routes(run_routes(sources))
    for make in VIEWS:
        app.add_routes(pages.routes(make(sources)))
    return app


def _errors(pages: Pages, renderer: Renderer) -> Middleware:
    """Errors become pages in words, in the language of who looks; a redirect stays what it is."""

    @web.middleware
    async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPRedirection:
            raise
        except web.HTTPException as error:
            return _page(request, error.status, _known(error, request))
        except ToldError as error:
            return _page(request, error.status, error)
        except TimeoutError:
            return _page(request, LateError.status, LateError("late"))
        except DaqError as error:
            return _page(request, 500, error)

    def _page(request: web.Request, status: int, error: Exception) -> web.Response:
        visit = pages.visit(request)
        shown: dict[str, object] = {"status": status, "detail": told(error, visit.text)}
        text = renderer.plain("error.html", visit, pages.frame(request), shown)
        headers = {"Retry-After": "5"} if status == 503 else {}  # noqa: PLR2004 - try again
        return web.Response(text=text, status=status, content_type="text/html", headers=headers)

    return errors


def _known(error: web.HTTPException, request: web.Request) -> Exception:
    """What aiohttp found wrong, in words of ours where somebody may come across it."""
    if error.status == WrongLinkError.status:
        return WrongLinkError("page", path=request.path[:200])
    if error.status == METHOD:
        return WrongLinkError("method")
    return WebError(error.text or error.reason)
