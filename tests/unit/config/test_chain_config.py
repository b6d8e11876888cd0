from pathlib import Path, PurePosixPath

import pytest

from daq.build.checkpoints import checkpoints_subsystem
from daq.config.checks import chain
from daq.config.errors import SecretError
from daq.config.load import examine
from daq.journal.journal import Journal
from daq.service.demands import demands
from tests.journal_samples import NOON, running

SITE = '[site]\nname = "x"\n[journal]\n'


def problems(tmp_path: Path, text: str) -> tuple[str, str]:
    path = tmp_path / "daq.toml"
    path.write_text(SITE + text)
    examined = examine(path, environ={})
    return "\n".join(map(str, examined.errors)), "\n".join(map(str, examined.warnings))


def test_what_vouches_for_the_journal_is_checked(tmp_path: Path) -> None:
    key = tmp_path / "station.key"
    key.write_text("any")
    key.chmod(0o600)
    errors, warnings = problems(
        tmp_path,
        f'signing_key = {{ file = "{key}" }}\ndeposit = "none"\ntimestamp_url = "https://x/tsr"',
    )
    assert not errors
    assert warnings.count("\n") == 0
    assert "daq.toml:5: journal.deposit" in warnings
    assert "is no folder that is there now" in warnings
    key.chmod(0o644)
    assert "chmod o-r" in problems(tmp_path, f'signing_key = {{ file = "{key}" }}')[1]


@pytest.mark.parametrize("url", ["", "x", "ftp://x/", "http://", "http://x:0/", "http://x:y/"])
def test_an_address_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    assert "must be like" in problems(tmp_path, f'timestamp_url = "{url}"')[0]


def test_without_the_libraries_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "SIGNING", "no_such_library")
    monkeypatch.setattr(chain, "STAMPING", "no_such_library")
    text = 'signing_key = { env = "KEY" }\ntimestamp_url = "http://x/"'
    errors, _ = problems(tmp_path, text)
    assert errors.count("pip install 'lab-daq[sign]'") == 2
    assert problems(tmp_path, "") == ("", "")


async def built(journal: Journal, tmp_path: Path, text: str) -> set[str]:
    path = tmp_path / "daq.toml"
    path.write_text(SITE + text)
    config = examine(path, environ={}).config
    assert config is not None
    assert config.journal.vouches
    return set(checkpoints_subsystem(config.journal, journal, lambda: NOON).parts)


async def test_each_way_is_a_part_of_the_daemon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATION_KEY", "not PEM")
    async with running(tmp_path / "journal.db") as journal:
        for text in ('signing_key = { env = "STATION_KEY" }', 'signing_key = { env = "NONE" }'):
            with pytest.raises(SecretError, match=r"no private key|not set"):
                await built(journal, tmp_path, text)
        assert await built(journal, tmp_path, 'deposit = "kept"') == {
            "checkpoints",
            "checkpoints: deposit",
        }
        text = 'timestamp_url = "http://127.0.0.1/"'
        assert await built(journal, tmp_path, text) == {"checkpoints", "checkpoints: time-stamp"}


def test_the_service_may_write_where_checkpoints_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "daq.toml"
    path.write_text(SITE + 'deposit = "/mnt/quality"')
    config = examine(path, environ={}).config
    assert config is not None
    found = demands(
        config, PurePosixPath("/var/lib/daq/journal.db"), PurePosixPath("/run/daq/daq.sock")
    )
    assert PurePosixPath("/mnt/quality") in found.writable
