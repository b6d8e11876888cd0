"""Users and roles, against a real server: who is let in, who may do what, what is journalled."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from daq.access.roles import ROLES, Role, may
from daq.control.people import PeopleRequest
from daq.control.server import command, control_socket
from daq.daemon.people import People
from daq.journal import kinds
from daq.journal.entry import Event
from daq.journal.reader import JournalReader
from daq.web.access.register import Begun
from daq.web.access.sessions import Sessions
from daq.web.views import VIEWS
from tests.access_samples import one_of_each, password_of, token_of, user, write
from tests.journal_samples import running
from tests.web_site import Site, site

nowhere: Any = None  # to say what they answer, views need no sources


@asynccontextmanager
async def with_users(folder: Path, more: str = "") -> AsyncGenerator[Site]:
    path = folder / "users.toml"
    if not path.exists():
        write(path, one_of_each())
    access = f'[access]\nusers = "{path}"\n{more}'
    async with site(folder, web=access, sign_in=False) as page:
        yield page


async def sign_in(page: Site, name: str, password: str = "") -> int:
    form = {"name": name, "password": password or password_of(name), "to": "/"}
    return (await post(page, "/sign-in", form))[0]


async def post(page: Site, path: str, form: dict[str, str], **headers: str) -> tuple[int, str]:
    async with page.session.post(
        page.url + path, data=form, headers={"Origin": page.url, **headers}, allow_redirects=False
    ) as answer:
        return answer.status, await answer.text()


ACTIONS: list[tuple[str, dict[str, str], Any]] = [
    ("/alarm/a/act", {"action": "acknowledged"}, "alarms"),
    ("/alarm/a/act", {"action": "shelved", "reason": "x", "seconds": "3600"}, "alarms"),
    ("/alarm/a/act", {"action": "out-of-service", "reason": "x"}, "alarms-service"),
    ("/alarm/a/act", {"action": "in-service"}, "alarms-service"),
    ("/incidents/open", {"title": "x"}, "incidents"),
    ("/incident/20260101-1/act", {"action": "note", "text": "x"}, "incidents"),
    ("/delivery/release", {"action": "retry", "reason": "x", "entry": "1"}, "quarantine"),
    ("/delivery/release", {"action": "drop", "reason": "x", "entry": "1"}, "quarantine-drop"),
    ("/runs/start", {"instrument": "meter", "sample": "x"}, "runs"),
    ("/runs/command", {"action": "stop", "sample": "x"}, "runs"),
    ("/run/20260101-1/act", {"action": "stop", "reason": "x"}, "runs"),
    ("/series/20260101-1/act", {"action": "take"}, "runs"),
    ("/password/set", {"password": "x", "new": "y", "again": "y"}, "own"),
    ("/sign/20260101-1/do", {"meaning": f"performed {'0' * 64}"}, "sign-performed"),
    ("/sign/20260101-1/do", {"meaning": f"reviewed {'0' * 64}"}, "sign-reviewed"),
    ("/sign/20260101-1/do", {"meaning": f"approved {'0' * 64}"}, "sign-approved"),
]
"""What is done, and the permission it takes; without a daemon what is let ends with 409, or 400
where more has to be known."""


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_does_what_it_may_and_nothing_else(tmp_path: Path, role: Role) -> None:
    async with with_users(tmp_path) as page:
        bearer = {"Authorization": f"Bearer {token_of(role)}"}
        for path, form, permission in ACTIONS:
            status, text = await post(page, path, form, **bearer)
            assert status in ((400, 409) if may(role, permission) else (403,)), (path, form, text)
            if status == 403:
                assert f"{role} has the role {role}, which may not do this" in text
        for path in ("/audit", "/audit/list", "/audit/export?format=csv"):
            status, _ = await page.get(path, **bearer)
            # An export of a journal that is not there is told in words of its own.
            assert (status == 403) == (not may(role, "audit")), (path, status)
        _, text = await page.get("/", **bearer)
        assert ("Audit trail" in text) == may(role, "audit")
        assert f"The {role}" in text


def test_everything_that_is_done_takes_a_permission() -> None:
    """And is among the actions above, so that it is tried by every role."""
    tried = {path.split("?")[0] for path, _, _ in ACTIONS}
    for make in VIEWS:
        view = make(nowhere)
        for answer in view.answers:
            if answer.method == "GET":
                continue
            assert answer.permission != "look"
            begin = view.path.split("{")[0].rstrip("/")
            assert any(path.startswith(begin) and path.endswith(answer.path) for path in tried), (
                f"{view.path}/{answer.path}: put it into ACTIONS"
            )


async def test_nobody_acts_without_a_user(tmp_path: Path) -> None:
    async with with_users(tmp_path) as page:
        for path, form, _ in ACTIONS:
            assert (await post(page, path, form))[0] == 403
            forged = {"Authorization": f"Bearer {token_of('nobody')}"}
            assert (await post(page, path, form, **forged))[0] == 403
        assert (await page.get("/audit"))[0] == 403


async def test_a_name_is_not_free_any_more(tmp_path: Path) -> None:
    async with with_users(tmp_path) as page:
        assert 'autocomplete="username"' in (await page.get("/sign-in"))[1]
        assert await sign_in(page, "operator", password_of("viewer")) == 403
        assert await sign_in(page, "somebody", password_of("operator")) == 403
        assert await sign_in(page, "operator") == 303
        text = (await page.get("/"))[1]
        assert "The operator" in text
        assert "<small>operator</small>" in text


async def test_a_change_of_the_file_takes_effect_on_who_has_signed_in(tmp_path: Path) -> None:
    write(tmp_path / "users.toml", [user("ada", "operator"), user("wu", "quality")])

    def become(**changed: object) -> None:
        ada = replace(user("ada", "operator"), **changed)
        write(tmp_path / "next", [ada, user("wu", "quality")]).replace(tmp_path / "users.toml")

    async with with_users(tmp_path) as page:
        assert await sign_in(page, "ada") == 303
        assert (await page.get("/audit"))[0] == 403
        become(role="quality")
        assert (await page.get("/audit"))[0] == 200
        become(disabled=True)
        assert "Sign in" in (await page.get("/"))[1]
        assert await sign_in(page, "ada") == 403
        become()
        assert await sign_in(page, "ada") == 303
        become(password=user("wu", "quality").password)
        assert "Sign in" in (await page.get("/"))[1]
        assert await sign_in(page, "ada", password_of("wu")) == 303


async def test_a_user_is_locked_after_wrong_passwords_and_so_is_nobody(tmp_path: Path) -> None:
    """Whoever does not exist is answered as who does."""
    async with with_users(tmp_path, "attempts = 2\n") as page:
        for name in ("operator", "nobody"):
            answers = [await sign_in(page, name, "wrong") for _ in range(2)]
            assert answers == [403, 403]
        _, text = await post(
            page, "/sign-in", {"name": "operator", "password": password_of("operator"), "to": "/"}
        )
        assert "That is not the password" in text
        assert "The operator" not in (await page.get("/"))[1]


async def test_a_password_that_is_too_old_signs_nobody_in(tmp_path: Path) -> None:
    async with with_users(tmp_path, 'max_age = "1d"\n') as page:
        form = {"name": "operator", "password": password_of("operator"), "to": "/"}
        status, text = await post(page, "/sign-in", form)
        assert (status, "too old" in text) == (403, True)
        assert await sign_in(page, "operator", "wrong") == 403


async def test_a_page_that_renews_itself_does_not_keep_anybody_signed_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = 0.0
    monkeypatch.setattr("daq.web.serve.Sessions", partial(Sessions[Begun], lambda: passed))
    async with with_users(tmp_path, 'idle = "1min"\n') as page:
        assert await sign_in(page, "operator") == 303
        for seconds, mode, signed_in in ((40, "cors", True), (80, "cors", False)):
            passed = float(seconds)
            _, text = await page.get("/", **{"Sec-Fetch-Mode": mode})
            assert ("The operator" in text) == signed_in


async def test_the_journal_has_who_signed_in_and_who_could_not(tmp_path: Path) -> None:
    """Also of a time in which no daemon ran; and never what was typed as a name."""
    typed = "my secret password"
    async with with_users(tmp_path, "attempts = 1\n") as page:
        assert await sign_in(page, "quality") == 303
        assert await sign_in(page, typed, "x") == 403
        assert (await post(page, "/sign-out", {}))[0] == 303
        assert await sign_in(page, "operator", "wrong") == 403
        before = time.time_ns()
        write(tmp_path / "next", one_of_each()[1:]).replace(tmp_path / "users.toml")
        await page.get("/", Authorization=f"Bearer {token_of('viewer')}")
        async with running(tmp_path / "journal.db") as journal:
            with_people = command(PeopleRequest, People(journal).tell)
            async with control_socket(tmp_path / "journal.sock", with_people):
                events = await _told(tmp_path / "journal.db", 6)
    assert [(event.kind, event.subject) for event in events] == [
        ("signed-in", "quality"),
        ("sign-in-failed", "unknown"),
        ("signed-out", "quality"),
        ("sign-in-failed", "operator"),
        ("user-locked", "operator"),
        ("users-in-force", "daq"),
    ]
    assert events[0].time < before
    assert events[0].data["by"] == "quality"
    assert events[0].data["address"] == "127.0.0.1"
    assert events[0].data["os_user"]
    assert events[5].data["changes"] == "viewer: viewer, The viewer, password, token t -> nobody"
    assert typed not in str(events)


async def _told(path: Path, count: int) -> list[Event]:
    people = {kind.name for kind in kinds.KINDS if kind.about == "user"} | {"users-in-force"}
    async with asyncio.timeout(60):
        while True:
            with JournalReader(path) as reader:
                found = [e for e in reader.events_between(0, reader.last) if e.kind in people]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.05)
