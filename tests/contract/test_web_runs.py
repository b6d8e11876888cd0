"""Runs over HTTP: programs with the token, people with a form; the journal and socket are real."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from daq.control.server import control_socket
from daq.daemon.runs import Runs
from daq.journal import Journal
from daq.runs.desk import Desk
from daq.runs.keeper import Keeper
from daq.runs.rules import Rules
from tests.journal_samples import running, until
from tests.web_site import TOKEN, Site, site

BEARER = {"Authorization": f"Bearer {TOKEN}"}
RULES = Rules(instruments=frozenset({"meter"}))
START = {"instruments": ["meter"], "sample": "S-0815", "order": "4711", "operator": "Wang"}


@asynccontextmanager
async def laboratory(folder: Path) -> AsyncGenerator[tuple[Site, Keeper]]:
    """A page, and of the daemon what keeps runs and answers for them."""
    async with (
        running(folder / "journal.db") as journal,
        _kept(journal) as keeper,
        control_socket(folder / "journal.sock", Runs(keeper).commands),
        site(folder) as page,
    ):
        yield page, keeper


@asynccontextmanager
async def _kept(journal: Journal) -> AsyncGenerator[Keeper]:
    keeper = Keeper(journal, Desk(lambda: RULES), lambda: 1_795_435_200_000_000_000)
    task = asyncio.create_task(keeper.run(), name="runs")
    await until(lambda: keeper.ready)
    try:
        yield keeper
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def post(
    page: Site, path: str, body: object = None, **headers: str
) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Status, the object that came back, and headers."""
    async with page.session.post(
        page.url + path, json=body, headers={**BEARER, **headers}, allow_redirects=False
    ) as answer:
        assert answer.content_type == "application/json"
        return answer.status, await answer.json(), dict(answer.headers)


async def test_a_program_takes_a_run_from_its_start_to_its_end(tmp_path: Path) -> None:
    async with laboratory(tmp_path) as (page, _):
        status, done, headers = await post(page, "/api/runs", START)
        name = done["run"]["id"]
        assert (status, headers["Location"]) == (201, f"/api/runs/{name}")
        assert (done["run"]["begun_by"], done["run"]["operator"]) == ("token", "Wang")
        assert (await post(page, f"{headers['Location']}/mark", {"text": "door", "by": "LIMS"}))[
            0
        ] == 200
        assert (await post(page, f"/api/runs/{name}/pause", {"reason": "noon"}))[1]["run"][
            "state"
        ] == "paused"
        assert (await post(page, f"/api/runs/{name}/resume"))[1]["run"]["state"] == "running"
        status, shown = await page.get(f"/api/runs/{name}")
        detail = json.loads(shown)
        assert (status, detail["state"], detail["interruptions"]) == (200, "running", [])
        assert [(one["text"], one["by"]) for one in detail["run"]["marks"]] == [("door", "LIMS")]
        ended = await post(page, f"/api/runs/{name}/stop", {"reason": "in the band"})
        assert (ended[1]["run"]["outcome"], ended[1]["durable"]) == ("completed", True)
        _, listed = await page.get("/api/runs?from=2026-01-01")
        assert [one["id"] for one in json.loads(listed)["runs"]] == [name]


async def test_a_request_that_is_sent_again_starts_no_second_run(tmp_path: Path) -> None:
    async with laboratory(tmp_path) as (page, keeper):
        first = await post(page, "/api/runs", START, **{"Idempotency-Key": '"order-4711"'})
        again = await post(page, "/api/runs", START, **{"Idempotency-Key": "order-4711"})
        assert (first[0], again[0]) == (201, 200)
        assert again[1] == {**first[1], "repeated": True}
        other = await post(
            page, "/api/runs", {**START, "sample": "x"}, **{"Idempotency-Key": "order-4711"}
        )
        assert other[0] == 409
        assert "used for another request" in other[1]["error"]
        assert len(keeper.desk.book.runs) == 1


REFUSED: list[tuple[str, object, dict[str, str], int, str]] = [
    ("/api/runs", {"instruments": ["ofen"]}, {}, 409, "no instrument 'ofen'"),
    ("/api/runs", {"instruments": []}, {}, 409, "needs one instrument"),
    ("/api/runs", {"instruments": "meter"}, {}, 400, "not understood: Expected `array`"),
    ("/api/runs", {"instrument": ["meter"]}, {}, 400, "unknown field `instrument`"),
    ("/api/runs", ["meter"], {}, 400, "no JSON object"),
    ("/api/runs", {"key": "x"}, {}, 400, "the header Idempotency-Key the request"),
    ("/api/runs", START, {"Idempotency-Key": "x" * 65}, 400, "length <= 64 - at `$.key`"),
    ("/api/runs", {"sample": "x" * 101}, {}, 400, "`$.sample`"),
    ("/api/runs", {**START, "reason": "第" * 201}, {}, 400, "`$.reason`"),
    (
        "/api/runs",
        dict.fromkeys(("sample", "order", "standard", "method", "programme"), "第" * 100)
        | {"instruments": ["m" * 64] * 32, "cost_centre": "第" * 100, "reason": "第" * 200},
        *({}, 409, "the daemon takes 4096: say it in fewer words"),
    ),
    ("/api/runs/20200101-1/stop", {}, {}, 404, "no run '20200101-1'"),
    ("/api/runs/chamber/stop", {}, {}, 404, "'chamber' is no run"),
    ("/api/runs/20200101-1/explode", {}, {}, 404, "Nothing is at"),
    ("/api/runs", None, {"Content-Type": "text/plain"}, 415, "Content-Type: application/json"),
    (
        "/api/runs",
        START,
        {"Authorization": "Bearer wrong"},
        401,
        "the token is missing, or is another",
    ),
]


async def test_what_is_refused_is_refused_in_words(tmp_path: Path) -> None:
    async with laboratory(tmp_path) as (page, keeper):
        for path, body, headers, status, words in REFUSED:
            if status == 415:
                async with page.session.post(
                    page.url + path, data="x", headers={**BEARER, **headers}
                ) as answer:
                    found = answer.status, await answer.json()
            else:
                found = (await post(page, path, body, **headers))[:2]
            assert found[0] == status, found
            assert words in found[1]["error"]
        assert (await page.get("/api/runs/20200101-1"))[0] == 404
        assert (await page.get("/api/runs?from=someday"))[0] == 400
        status, text = await page.get("/api/runs/20200101-1/stop")
        assert status == 405
        assert "error" in json.loads(text)
        assert not keeper.desk.book.runs


async def test_a_run_that_does_not_fit_is_409_and_no_daemon_is_503(tmp_path: Path) -> None:
    async with laboratory(tmp_path) as (page, _):
        name = (await post(page, "/api/runs", START))[1]["run"]["id"]
        assert (await post(page, f"/api/runs/{name}/resume"))[0] == 409
        status, found, _ = await post(page, f"/api/runs/{name}/stop", {"outcome": "aborted"})
        assert (status, found["error"]) == (409, "the reason why it is aborted is missing")
    async with site(tmp_path) as page:
        status, found, headers = await post(page, "/api/runs", START)
        assert (status, headers["Retry-After"]) == (503, "5")
        assert found["error"]


async def test_people_act_under_the_name_they_signed_in_with(tmp_path: Path) -> None:
    async with laboratory(tmp_path) as (page, keeper):
        ours = {"Origin": page.url, "Authorization": ""}
        assert (await post(page, "/api/runs", START, **ours))[0] == 401
        assert await page.sign_in() == 303
        status, found, _ = await post(page, "/api/runs", {**START, "by": "Li"}, **ours)
        assert (status, "it is Ada who has signed in" in found["error"]) == (400, True)
        assert (await post(page, "/api/runs", START, **ours))[1]["run"]["begun_by"] == "Ada"
        name = next(iter(keeper.desk.book.runs))
        for form, wanted in (
            ({"action": "mark", "text": "<i>door</i>"}, 303),
            ({"action": "pause"}, 303),
            ({"action": "stop", "reason": "well"}, 303),
            ({"action": "abort", "reason": "late"}, 409),
            ({"action": "abort"}, 400),
            ({"action": "explode"}, 400),
            ({"action": "mark", "text": ""}, 400),
        ):
            assert await _form(page, f"/run/{name}/act", form) == wanted, form
        shown = (await page.get(f"/run/{name}"))[1]
        assert all(said in shown for said in ("&lt;i&gt;door", "completed", "S-0815", "Ada"))
        assert f"/run/{name}" in (await page.get("/runs/past"))[1]
        assert (await page.get("/run/20200101-1"))[0] == 404
        assert "no readings" in (await page.get(f"/run/{name}/trend"))[1]


async def test_a_start_by_a_form(tmp_path: Path) -> None:
    async with laboratory(tmp_path) as (page, keeper):
        assert await _form(page, "/runs/start", {"instrument": "meter"}) == 403
        assert await page.sign_in() == 303
        for form, wanted in (
            ({"sample": "S-1"}, 400),
            ({"scanned": "nothing"}, 400),
            ({"instrument": "meter", "operator": "x" * 101}, 400),
            ({"instrument": "other"}, 409),
            ({"scanned": " METER, ", "sample": "S-1"}, 303),
            ({"instrument": "meter"}, 409),
        ):
            assert await _form(page, "/runs/start", form) == wanted, form
        (one,) = keeper.desk.book.runs.values()
        assert (one.sample, one.instruments, one.operator) == ("S-1", ("meter",), "Ada")
        assert await _form(page, "/runs/command", {"action": "start"}) == 400
        assert await _form(page, "/runs/command", {"action": "stop", "which": "no"}) == 400


async def _form(page: Site, path: str, form: dict[str, str]) -> int:
    async with page.session.post(
        page.url + path, data=form, headers={"Origin": page.url}, allow_redirects=False
    ) as answer:
        return answer.status


@pytest.mark.parametrize("path", ["/runs", "/runs/past"])
async def test_without_a_journal_the_views_say_so(tmp_path: Path, path: str) -> None:
    async with site(tmp_path) as page:
        status, text = await page.get(path)
        assert status == 200
        assert "No run goes on" in text or "journal" in text
