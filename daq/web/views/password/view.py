"""Changing one's own password, so that nobody else has ever known it."""

from functools import partial

from aiohttp import web

from daq.access.passwords import LONGEST
from daq.control.password import PasswordRequest, ask_password
from daq.web.errors import WrongFormError
from daq.web.forms import asked, fields
from daq.web.view import Answer, Shown, Sources, View
from daq.web.visit import Visit


def make(sources: Sources) -> View:
    """The view."""
    return View(
        name="password",
        path="/password",
        template="password/page.html",
        show=_show,
        answers=(Answer(path="set", give=partial(_set, sources), method="POST", needs="own"),),
        needs="own",
    )


async def _show(visit: Visit) -> Shown:
    del visit
    return {"longest": LONGEST}


async def _set(sources: Sources, visit: Visit, request: web.Request) -> web.StreamResponse:
    """Have it changed; that ends every sign-in with the old one, this one included."""
    given = await fields(request)
    old, new = given.get("password", ""), given.get("new", "")
    if new != given.get("again", ""):
        raise WrongFormError("twice")
    if len(old) > LONGEST or len(new) > LONGEST:
        raise WrongFormError("password", most=LONGEST)
    wanted = PasswordRequest(user=visit.who or "", password=old, new=new)
    await asked(lambda: ask_password(sources.socket, wanted))
    raise web.HTTPSeeOther("/sign-in")
