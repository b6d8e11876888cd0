"""Where a service can be installed, and what is said where it cannot."""

import os
import pwd
import sys
from pathlib import Path, PurePosixPath

import pytest

from daq.service import machine as module
from daq.service.errors import ServiceError
from daq.service.machine import Machine
from daq.service.step import WriteFile


def test_a_machine_that_systemd_does_not_run_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_RUNNING_SYSTEMD", tmp_path / "none")
    with pytest.raises(ServiceError, match="not run by systemd"):
        Machine().require()
    Machine(tmp_path).require()
    with pytest.raises(ServiceError, match="is not a folder"):
        Machine(tmp_path / "absent").require()
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(ServiceError, match="win32"):
        Machine(tmp_path).require()


def test_only_root_may_change_the_machine_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(ServiceError, match="only root"):
        Machine().require_rights()
    Machine(tmp_path).require_rights()


def test_an_account_of_a_person_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = pwd.getpwnam("root")

    def known(name: str) -> pwd.struct_passwd:
        if name == "nobody-at-all":
            raise KeyError(name)
        return pwd.struct_passwd((*entry[:2], 1000 if name == "lab" else 100, *entry[3:]))

    monkeypatch.setattr(pwd, "getpwnam", known)
    assert Machine().is_person("lab")
    assert not Machine().is_person("daq")
    assert not Machine().is_person("nobody-at-all")


def test_paths_of_an_image_lose_its_folder(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    assert machine.within(tmp_path / "etc/daq.toml") == PurePosixPath("/etc/daq.toml")
    assert machine.within(Path("/opt/x")) == PurePosixPath("/opt/x")
    assert machine.at(PurePosixPath("/etc/daq.toml")) == tmp_path / "etc/daq.toml"


def test_a_step_that_cannot_be_done_says_which_and_why(tmp_path: Path) -> None:
    (tmp_path / "etc").write_text("a file where a folder should be")
    with pytest.raises(ServiceError, match="etc"):
        Machine(tmp_path).do(WriteFile(PurePosixPath("/etc/x/y"), "text"))
