"""What people do with a daemon that runs: the kernel says who asked, and runs are signed."""

import asyncio
import errno
import json
import os
import pwd
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from daq.app import run_daemon
from daq.build.judge import judge
from daq.cli.audit import command as audit
from daq.cli.runs import command as runs
from daq.cli.users import command as users
from daq.config.load import load_config
from daq.control.client import DeclinedError
from daq.control.incidents import IncidentOpenRequest, IncidentTickRequest, ask_change
from daq.control.password import PasswordRequest, ask_password
from daq.control.reload import ask_reload
from daq.control.runs import RunStartRequest, RunStopRequest, ask_run_change
from daq.control.signing import RunSignRequest, ask_signature
from daq.journal import kinds
from daq.journal.entry import Event
from daq.journal.journal import Journal
from daq.journal.reader import JournalReader
from daq.runs.past import find_run
from daq.web.serve import serving
from tests.access_samples import one_of_each, password_of, user, write
from tests.contract.test_web_users import post, sign_in
from tests.servers.process import free_port
from tests.web_site import Site

WAIT = 60.0
ME = pwd.getpwuid(os.getuid()).pw_name

CONFIG = """
[site]
name = "lab"
[bus.a]
address = "127.0.0.1:9"
[instrument.one]
profile = "eastron-sdm630"
bus = "a"
unit = 1
group.all = { interval = "1s", channels = ["voltage_l1"] }
[procedure.fire]
title = "Fire"
steps = ["leave"]
[access]
users = "users.toml"
[web]
listen = "127.0.0.1:PORT"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write(tmp_path / "users.toml", [*one_of_each(), user("lead", "quality", title="Lead")])
    (tmp_path / "daq.toml").write_text(CONFIG.replace("PORT", str(free_port())))
    return tmp_path / "daq.toml"


@asynccontextmanager
async def daemon(path: Path) -> AsyncGenerator[Path]:
    """The daemon while the block runs, and its socket."""
    setup = judge(path).setup
    assert setup is not None
    socket = path.with_name("journal.sock")
    task = asyncio.create_task(run_daemon(path, setup), name="daemon")
    async with asyncio.timeout(WAIT):
        while not socket.exists():  # noqa: ASYNC110 - a file tells nobody
            await asyncio.sleep(0.01)
    try:
        yield socket
    finally:
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(WAIT):
            await task


def events(path: Path, *wanted: kinds.Kind) -> list[Event]:
    names = {kind.name for kind in wanted}
    with JournalReader(path.with_name("journal.db")) as reader:
        return [e for e in reader.events_between(0, reader.last) if e.kind in names]


def run(group: object, path: Path, *arguments: str, given: str = "") -> tuple[int, str]:
    """Exit code and output of a command, which never shows what it is given."""
    done = CliRunner().invoke(group, [*arguments, "-c", str(path)], input=given)  # pyright: ignore[reportArgumentType]
    text = done.output + (f"{done.exception}" if done.exception else "")
    assert not given.strip() or given.strip() not in text
    return done.exit_code, text


def _a_run(socket: Path, by: str = "operator") -> str:
    ask_run_change(socket, RunStartRequest(instruments=("one",), by=by, sample="S-1"))
    return ask_run_change(socket, RunStopRequest(by=by, reason="all well")).run.id


async def test_the_account_is_what_the_kernel_says_whoever_somebody_says_they_are(
    path: Path,
) -> None:
    def act(socket: Path) -> None:
        done = ask_change(socket, IncidentOpenRequest(title="smoke", by="boss", procedure="fire"))
        tick = IncidentTickRequest(incident=done.incident.id, step=1, by="boss")
        ask_change(socket, tick)
        path.write_text(path.read_text() + "[bus.b]\naddress = '127.0.0.1:8'\n")
        assert ask_reload(socket, path, by="boss", reason="a new line").changed

    async with daemon(path) as socket:
        await asyncio.to_thread(act, socket)
    wanted = (kinds.INCIDENT_OPENED, kinds.INCIDENT_STEP, kinds.CONFIGURATION_CHANGED)
    found = events(path, *wanted)
    assert [(event.data["by"], event.data["os_user"]) for event in found] == [("boss", ME)] * 3
    assert found[1].data["before"] == "open"
    changed = found[2].data
    assert changed["why"] == "a new line"
    assert str(changed["changes"]).startswith("bus.b: (none) -> {")
    assert "address = '127.0.0.1:8'" in str(changed["changes"])
    (start,) = events(path, kinds.START)
    assert "os_user" not in start.data
    code, text = run(audit, path, "--user", "boss", "--json")
    assert code == 0
    deeds = [json.loads(line) for line in text.splitlines() if line[0] == "{"]
    assert [deed["kind"] for deed in deeds] == [kind.name for kind in wanted]
    assert all(deed["by"] == "boss" and deed["os_user"] == ME for deed in deeds)
    assert (deeds[1]["before"], deeds[1]["after"]) == ("open", "done")
    assert "configuration-changed" in run(audit, path)[1]
    assert "nobody did anything" in run(audit, path, "--user", "somebody")[1]
    assert "... and more before" in run(audit, path, "-n", "1")[1]


async def test_a_hang_up_is_nobodys(path: Path) -> None:
    async with daemon(path):
        path.write_text(path.read_text().replace('"lab"', '"lab"\ntitle = "L"'))
        os.kill(os.getpid(), signal.SIGHUP)
        async with asyncio.timeout(WAIT):
            while not (found := events(path, kinds.CONFIGURATION_CHANGED)):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    assert found[0].data["by"] == "SIGHUP"
    assert "os_user" not in found[0].data
    assert found[0].data["changes"] == "site.title: '' -> 'L'"


async def test_a_run_is_signed_by_who_proves_it(path: Path) -> None:
    def sign(number: str, who: str, meaning: str, password: str = "") -> tuple[int, str]:
        return run(
            runs,
            path,
            *("sign", number, "--as", meaning, "--user", who, "--password-stdin"),
            given=(password or password_of(who)) + "\n",
        )

    def everything(socket: Path) -> str:
        number = _a_run(socket)
        for who, meaning, password, said in (
            ("operator", "performed", "not hers", "user or password is wrong"),
            ("nobody", "performed", "not hers", "user or password is wrong"),
            ("viewer", "performed", "", "role viewer, which does not sign as performed"),
            ("operator", "reviewed", "", "role operator, which does not sign as reviewed"),
            ("admin", "performed", "", "role admin, which does not sign"),
            ("quality", "reviewed", "", "has to be signed as performed before"),
        ):
            code, text = sign(number, who, meaning, password)
            assert (code, said in text) == (1, True), text
        for who, meaning in (("operator", "performed"), ("quality", "reviewed")):
            code, text = sign(number, who, meaning)
            assert (code, f"signed as {meaning} by {who}" in text) == (0, True), text
        assert "already" in sign(number, "quality", "reviewed")[1]
        code, text = run(runs, path, "show", number)
        assert text.count("yes") == 2
        assert "The operator" in text
        return number

    async with daemon(path) as socket:
        number = await asyncio.to_thread(everything, socket)
    signed = events(path, kinds.RUN_SIGNED)
    assert [(one.data["by"], one.data["name"], one.data["meaning"]) for one in signed] == [
        ("operator", "The operator", "performed"),
        ("quality", "The quality", "reviewed"),
    ]
    assert {one.data["os_user"] for one in signed} == {ME}
    failed = events(path, kinds.SIGN_IN_FAILED)
    assert [one.subject for one in failed] == ["operator", "unknown"]
    with JournalReader(path.with_name("journal.db")) as reader:
        assert len(find_run(reader, number).signatures) == 2


async def test_a_signature_is_of_what_was_shown_and_a_locked_user_gives_none(path: Path) -> None:
    path.write_text(path.read_text().replace('"users.toml"', '"users.toml"\nattempts = 2'))

    def everything(socket: Path) -> None:
        number = _a_run(socket)
        wanted = RunSignRequest(
            run=number,
            user="operator",
            password=password_of("operator"),
            meaning="performed",
            digest="0" * 64,
        )
        with pytest.raises(DeclinedError, match="is not what was shown"):
            ask_signature(socket, wanted)
        wrong = replace(wanted, password=password_of("viewer"))
        for request in (wrong, wrong, wanted):
            with pytest.raises(DeclinedError, match="user or password is wrong"):
                ask_signature(socket, request)

    async with daemon(path) as socket:
        await asyncio.to_thread(everything, socket)
    assert [one.subject for one in events(path, kinds.USER_LOCKED)] == ["operator"]
    assert not events(path, kinds.RUN_SIGNED)


async def test_a_run_is_signed_on_the_page(path: Path) -> None:
    """With the session of who has signed in, and the password once more."""
    config = load_config(path)
    async with daemon(path) as socket, serving(path, config), site_of(config.web.listen) as page:
        number = await asyncio.to_thread(_a_run, socket)
        await sign_in(page, "operator")
        _, text = await page.get(f"/sign/{number}/run")
        assert "Nobody has signed yet" in text
        assert text.count('type="radio"') == 1
        meaning = text.partition('value="performed ')[2].partition('"')[0]
        form = {"meaning": f"performed {meaning}", "password": "wrong"}
        status, text = await post(page, f"/sign/{number}/do", form)
        assert (status, "user or password is wrong" in text) == (409, True)
        form["password"] = password_of("operator")
        assert (await post(page, f"/sign/{number}/do", form))[0] == 303
        _, text = await page.get(f"/sign/{number}/run")
        assert "The operator" in text
        assert "yes" in text
        for meaning in ("performed", "signed " + "0" * 64, "performed " + "g" * 64):
            assert (await post(page, f"/sign/{number}/do", {"meaning": meaning}))[0] == 400
        assert (await page.get("/sign/20200101-1/run"))[0] == 404
        assert (await page.get(f"/sign/{number}"))[0] == 200
        assert await sign_in(page, "quality") == 303
        _, text = await page.get("/audit/list")
        assert "Signed in" in text
        assert "run-ended" not in text
        status, text = await page.get("/audit/export?format=csv&from=-1d&user=operator")
        assert status == 200
        assert "run-signed" in text
        assert (await page.get("/audit/list?from=never"))[0] == 404


async def test_people_choose_their_own_password(path: Path) -> None:
    config = load_config(path)
    async with daemon(path), serving(path, config), site_of(config.web.listen) as page:
        assert await sign_in(page, "viewer") == 303
        assert 'autocomplete="new-password"' in (await page.get("/password"))[1]
        new = "four words of mine"
        for old, first, again, status, said in (
            ("not hers", new, new, 409, "user or password is wrong"),
            (password_of("viewer"), new, new + "x", 400, "same twice"),
            (password_of("viewer"), "short", "short", 409, "12 characters or more"),
            (password_of("viewer"), "x" * 201, "x" * 201, 400, "at most 200"),
            (password_of("viewer"), *(password_of("viewer"),) * 2, 409, "is the old one"),
        ):
            form = {"password": old, "new": first, "again": again}
            found, text = await post(page, "/password/set", form)
            assert (found, said in text) == (status, True), text
        form = {"password": password_of("viewer"), "new": new, "again": new}
        assert (await post(page, "/password/set", form))[0] == 303
        assert "The viewer" not in (await page.get("/"))[1]  # that sign-in has ended
        assert await sign_in(page, "viewer") == 403
        assert await sign_in(page, "viewer", new) == 303
    (event,) = events(path, kinds.USER_PASSWORD_SET)
    assert (event.subject, event.data["by"], event.data["os_user"]) == ("viewer", "viewer", ME)
    assert new not in str(event)
    assert path.with_name("users.toml").stat().st_mode & 0o777 == 0o600


async def test_a_daemon_that_may_not_write_the_users_says_so(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(**_: object) -> tuple[int, str]:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    def change(socket: Path) -> None:
        request = PasswordRequest(
            user="viewer", password=password_of("viewer"), new="four words of mine"
        )
        with pytest.raises(DeclinedError, match=r"users\.toml: cannot be written: Read-only"):
            ask_password(socket, request)

    async with daemon(path) as socket:
        monkeypatch.setattr("daq.access.store.tempfile.mkstemp", read_only)
        await asyncio.to_thread(change, socket)
        monkeypatch.undo()
    assert not events(path, kinds.USER_PASSWORD_SET)


@asynccontextmanager
async def site_of(listen: str) -> AsyncGenerator[Site]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        yield Site(f"http://{listen}", session)


async def test_users_are_changed_by_commands_and_each_change_is_journalled(path: Path) -> None:
    def everything() -> None:
        assert run(users, path, "role", "viewer", "operator", "--why", "trained")[0] == 0
        assert run(users, path, "disable", "admin", "--by", "boss")[0] == 0
        assert "viewer, The viewer" not in path.with_name("users.toml").read_text()

    async with daemon(path):
        await asyncio.to_thread(everything)
    changed, disabled = events(path, kinds.USER_CHANGED)
    assert (changed.subject, changed.data["why"], changed.data["os_user"]) == (
        "viewer",
        "trained",
        ME,
    )
    assert str(changed.data["before"]).startswith("viewer, ")
    assert str(changed.data["after"]).startswith("operator, ")
    assert disabled.data["by"] == "boss"
    assert disabled.data["file_before"] == changed.data["file_after"]


def test_users_without_a_daemon(path: Path) -> None:
    path.with_name("users.toml").unlink()
    given = "four words of mine"
    add = ("add", "li", "--role", "operator", "--title", "Li Na", "--password-stdin")
    code, text = run(users, path, *add, given=given + "\n")
    assert (code, "no journal yet" in text) == (0, True)
    _, text = run(users, path, "passwd", "li", "--password-stdin", given="x y z\n")
    assert "12 characters" in text
    assert run(users, path, "add", "lims", "--role", "operator", "--program")[0] == 0
    code, text = run(users, path, "token", "lims", "results")
    token = next(line for line in text.splitlines() if len(line) == 43)
    assert token not in path.with_name("users.toml").read_text()
    assert "no user 'x'" in run(users, path, "enable", "x")[1]
    code, text = run(users, path, "list")
    assert "results" in text
    assert "$argon2id" not in text + run(users, path, "list", "--json")[1]
    asyncio.run(_make_journal(path))
    code, text = run(users, path, "passwd", "li", "--password-stdin", given=given + " too\n")
    assert (code, "no journal yet" in text) == (0, False)
    assert run(users, path, "token", "lims", "results", "--revoke")[0] == 0
    (event,) = events(path, kinds.USER_PASSWORD_SET)
    assert (event.subject, event.data["os_user"]) == ("li", ME)


def test_a_name_the_journal_knows_is_not_given_again(path: Path) -> None:
    asyncio.run(_make_journal(path))
    assert run(users, path, "add", "new", "--role", "viewer", "--program")[0] == 0
    write(path.with_name("users.toml"), one_of_each())  # somebody took them out by hand
    code, text = run(users, path, "add", "new", "--role", "admin", "--program")
    assert (code, "the journal knows a user new" in text) == (1, True)


def test_without_a_place_there_are_no_users(path: Path) -> None:
    path.write_text(path.read_text().replace('users = "users.toml"', ""))
    assert "no users without [access] users" in run(users, path, "list")[1]


async def _make_journal(path: Path) -> None:
    journal = await Journal.open(path.with_name("journal.db"))
    await journal.close()
