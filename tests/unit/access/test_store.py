import os
import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from daq.access import manage, store
from daq.access.errors import NotPossibleError, UsersFileError
from daq.access.file import read_users
from daq.access.follow import Following, InForce
from daq.access.store import Edited, edit
from daq.access.user import User
from tests.access_samples import one_of_each, token_of, user, write


def nobody_listens(edited: Edited) -> None:
    """Nobody has to be told in these tests."""


def add(path: Path, name: str) -> Edited:
    new = User(name=name, role="viewer")
    return edit(path, lambda users: manage.added(users, new), nobody_listens, path.parent)


def test_a_first_user_makes_a_file_that_only_the_group_reads(tmp_path: Path) -> None:
    path = tmp_path / "users.toml"
    edited = add(path, "ada")
    assert path.stat().st_mode & 0o777 == 0o640
    assert path.stat().st_gid == tmp_path.stat().st_gid
    assert (edited.before, edited.file_before) == (None, "")
    assert edited.file_after == read_users(path).digest
    assert [one.name for one in tmp_path.iterdir()] == ["users.toml"]


def test_owner_and_mode_stay_but_nothing_is_left_to_everybody(tmp_path: Path) -> None:
    path = write(tmp_path / "users.toml", one_of_each())
    path.chmod(0o664)
    if os.getuid() == 0:
        os.chown(path, 1, 2)
    add(path, "ada")
    assert path.stat().st_mode & 0o777 == 0o660
    if os.getuid() == 0:
        assert (path.stat().st_uid, path.stat().st_gid) == (1, 2)
    assert [one.name for one in read_users(path).users.values()] == [
        *(one.name for one in one_of_each()),
        "ada",
    ]


def test_what_the_journal_does_not_take_is_not_done(tmp_path: Path) -> None:
    path = write(tmp_path / "users.toml", one_of_each())
    before = path.read_bytes()

    def refuse(edited: Edited) -> None:
        assert path.read_bytes() == before  # told first
        raise NotPossibleError("the disk is full")

    with pytest.raises(NotPossibleError, match="the disk is full"):
        edit(path, lambda users: manage.with_role(users, "viewer", "admin"), refuse, path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["users.toml"]


def test_changes_at_once_lose_nobody(tmp_path: Path) -> None:
    path = tmp_path / "users.toml"
    names = [f"u{n}" for n in range(12)]
    threads = [threading.Thread(target=add, args=(path, name)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(read_users(path).users) == sorted(names)


def test_a_lock_that_nobody_lets_go_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "LOCK_LIMIT", 0.1)
    (tmp_path / "users.toml").touch()

    def too_late(_: Edited) -> None:
        with pytest.raises(UsersFileError, match="somebody else changes"):
            add(tmp_path / "users.toml", "ada")

    new = User(name="wu", role="viewer")
    edit(tmp_path / "users.toml", lambda _: new, too_late, tmp_path)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsersFileError, match="cannot be written: No such file"):
        add(tmp_path / "none" / "users.toml", "ada")


def test_a_changed_file_takes_effect_and_is_told(tmp_path: Path) -> None:
    told: list[InForce] = []
    path = write(tmp_path / "users.toml", [user("ada", "operator"), user("wu", "viewer")])
    following = Following(path, told.append)
    first = following.digest
    assert following.user("wu") is not None
    replacement = write(tmp_path / "next", [user("ada", "quality"), user("wu", "viewer")])
    replacement.replace(path)
    found = following.user("ada")
    assert found is not None
    assert found.role == "quality"
    assert [one.previous for one in told] == [first]
    assert told[0].digest == following.digest
    assert told[0].differences == ["ada: operator, password, token t -> quality, password, token t"]


def test_a_wrong_or_missing_file_leaves_the_users_as_they_were(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write(tmp_path / "users.toml", one_of_each())
    following = Following(path, lambda _: pytest.fail("nothing came into force"))
    path.write_text("[user.x]\nrole = 1\n")
    assert following.user("viewer") is not None
    assert following.user("x") is None
    assert "users.toml:2" in caplog.text
    path.unlink()
    assert following.user("viewer") is not None
    assert caplog.text.count("stay in force") == 2


def test_a_token_is_of_one_user_who_is_not_disabled(tmp_path: Path) -> None:
    ada, wu = user("ada", "operator"), user("wu", "viewer")
    path = write(tmp_path / "users.toml", [ada, wu])
    following = Following(path, lambda _: None)
    assert following.of_token(token_of("ada")) == ada
    assert following.of_token("x") is None
    write(tmp_path / "next", [replace(ada, disabled=True), wu]).replace(path)
    assert following.of_token(token_of("ada")) is None
    assert following.user("ada") is None
