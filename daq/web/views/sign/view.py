"""Signing a run: what is signed, who has signed, and the password once more."""

from functools import partial
from urllib.parse import quote

from aiohttp import web

from daq.access.errors import NotSignedError
from daq.access.signing import (
    MEANINGS,
    PERMISSION,
    Meaning,
    check_signing,
    is_genuine,
    signed_digest,
)
from daq.control.signing import RunSignRequest, ask_signature
from daq.journal.errors import JournalError
from daq.runs.errors import NoSuchRunError
from daq.runs.past import find_run
from daq.runs.run import Run
from daq.web.access.permit import permit
from daq.web.errors import BusyError, NotDoneError, WrongFormError, WrongLinkError
from daq.web.forms import asked, fields, line
from daq.web.view import Answer, Part, Shown, Sources, View
from daq.web.visit import Visit

LONGEST = 40
"""Characters of the number of a run."""

PASSWORD = 400
"""Characters that are compared of a password."""

DIGEST = 64
"""Characters of a SHA-256."""


def make(sources: Sources) -> View:
    """The view."""
    return View(
        name="sign",
        path="/sign/{id}",
        template="sign/page.html",
        show=_show,
        parts=(Part(path="run", template="sign/run.html", show=partial(_run, sources)),),
        answers=(Answer(path="do", give=partial(_sign, sources), method="POST", needs="runs"),),
    )


async def _show(visit: Visit) -> Shown:
    return {"id": visit.path["id"][:LONGEST]}


async def _run(sources: Sources, visit: Visit) -> Shown:
    """The run as the journal has it; the digests are of what is shown by this."""
    try:
        one = await _read(sources, visit)
    except (JournalError, BusyError) as error:
        raise NotDoneError("unread", why=error) from error
    who = visit.who or ""
    may: list[Meaning] = [each for each in MEANINGS if visit.may(PERMISSION[each])]
    why = {each: _trouble(one, who, each) for each in may}
    return {
        "one": one,
        "signed": [(each, is_genuine(one, each)) for each in one.signatures],
        "may": bool(may),
        "meanings": [(each, signed_digest(one, who, each)) for each in may if not why[each]],
        "troubles": [text for text in why.values() if text],
    }


def _trouble(one: Run, who: str, meaning: Meaning) -> str:
    """Why somebody cannot sign a run so, in the words of the daemon; empty when they can."""
    try:
        check_signing(one, who, meaning)
    except NotSignedError as error:
        return str(error)
    return ""


async def _read(sources: Sources, visit: Visit) -> Run:
    name = visit.path["id"][:LONGEST]
    try:
        return await sources.history.read(lambda reader: find_run(reader, name))
    except NoSuchRunError as error:
        raise WrongLinkError("run", name=name) from error


async def _sign(sources: Sources, visit: Visit, request: web.Request) -> web.StreamResponse:
    """Have it signed by who has signed in, and lead back."""
    given = await fields(request)
    name, (meaning, digest) = visit.path["id"][:LONGEST], _meant(given.get("meaning", ""))
    permit(PERMISSION[meaning], visit.person)
    wanted = RunSignRequest(
        run=name,
        user=visit.who or "",
        password=given.get("password", "")[:PASSWORD],
        meaning=meaning,
        digest=digest,
        reason=line(given, "reason"),
    )
    done = await asked(lambda: ask_signature(sources.socket, wanted))
    if not done.durable:
        raise NotDoneError("not-on-disk")
    await sources.asked_again()
    raise web.HTTPSeeOther(f"/sign/{quote(name, safe='')}")


def _meant(said: str) -> tuple[Meaning, str]:
    """As what is signed, and the digest of what was shown.

    Raises:
        WrongFormError: it is neither.
    """
    meaning, _, digest = said.partition(" ")
    hexadecimal = len(digest) == DIGEST and set(digest) <= set("0123456789abcdef")
    if meaning not in MEANINGS or not hexadecimal:
        raise WrongFormError("meaning", said=meaning[:30])
    return meaning, digest
