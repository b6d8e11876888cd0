"""What every answer says to the browser, so that nothing else than this page takes part in it."""

from collections.abc import Awaitable, Callable

from aiohttp import web

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), usb=(), serial=()",
}

REPORT = web.ResponseKey("report", bool)
"""Of an answer that is a report: a page by itself, with its style in it and no scripts."""

_OF_REPORT = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'; sandbox"
    )
}

_TLS = {"Strict-Transport-Security": "max-age=31536000"}


def put_headers(*, tls: bool) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """The hook that puts them on every answer, whoever makes it."""
    own = SECURITY | (_TLS if tls else {})

    async def put(request: web.Request, answer: web.StreamResponse) -> None:
        answer.headers.update(own | (_OF_REPORT if answer.get(REPORT, False) else {}))
        answer.headers.setdefault(
            "Cache-Control", "no-cache" if request.path.startswith("/static/") else "no-store"
        )
        answer.headers.pop("Server", None)

    return put
