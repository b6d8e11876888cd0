"""`daq verify`, `daq key` and `daq checkpoint` as they are typed."""

import asyncio
import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from daq.__main__ import cli
from daq.cli.exits import guarded
from tests.chain_samples import KEY, OTHER, alter, sample, tampered
from tests.time_stamps import openssl

CONFIG = '[site]\nname = "lab"\n[journal]\npath = "journal.db"\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    asyncio.run(sample(tmp_path / "journal.db"))
    (tmp_path / "station.pub").write_text(KEY.public_pem)
    (tmp_path / "other.pub").write_text(OTHER.public_pem)
    file = tmp_path / "daq.toml"
    file.write_text(CONFIG)
    return file


def said(*words: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(cli, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result.output


def test_a_journal_is_proven(config: Path) -> None:
    text = said("verify", config, "--key", config.with_name("station.pub"))
    assert "112 entries, 1 to 112; 112 of them chained in 24 commits" in text
    assert "the chain begins with the journal: after entry 0" in text
    assert "2 checkpoints, 2 signed" in text
    assert "(given): 2 checkpoints" in text
    assert "vouched for up to entry 101" in text
    assert text.endswith("complete and unaltered, as far as it is proven\n")
    assert "NOT given with --key" in said("verify", config.with_name("journal.db"))


def test_what_was_altered_is_named(config: Path) -> None:
    with tampered(config.with_name("journal.db")) as connection:
        alter(connection, 23)
    text = said("verify", config, code=1)
    assert "not what was written\nentries 21 to 25, committed together" in text
    found = json.loads(said("verify", config, "--json", "-q", code=1))
    assert (found["fault"]["what"], found["fault"]["first"]) == ("altered", 21)


def test_another_key_does_not_do(config: Path) -> None:
    text = said("verify", config, "--key", config.with_name("other.pub"), code=1)
    assert "which was not given" in text


def test_strictly_all_has_to_be_vouched_for(tmp_path: Path) -> None:
    asyncio.run(sample(tmp_path / "journal.db", None))
    assert "no checkpoint vouches for it" in said("verify", tmp_path / "journal.db")
    text = said("verify", tmp_path / "journal.db", "--strict", code=1)
    assert "no signed checkpoint" in text


def test_checkpoints_are_listed_and_carried_elsewhere(config: Path, tmp_path: Path) -> None:
    folder = tmp_path / "usb"
    folder.mkdir()
    text = said("checkpoint", "list", config, "--export", folder)
    assert [line.split("  ")[1] for line in text.splitlines()] == ["entry 50", "entry 101"]
    assert len(list(folder.glob("checkpoint-*.txt"))) == 2
    assert len(json.loads(said("checkpoint", "list", config, "--json"))) == 2
    assert "2 that were kept elsewhere agree" in said("verify", config, "--checkpoint", folder)
    file = min(folder.iterdir())
    assert "1 that were kept elsewhere agree" in said("verify", config, "--checkpoint", file)
    _check_with_openssl(file, tmp_path)
    file.write_bytes(b"\xff")
    assert guarded(cli, ["verify", str(config), "--checkpoint", str(folder)]) == 1


def _check_with_openssl(file: Path, folder: Path) -> None:
    """A checkpoint can be checked without this program."""
    text = file.read_text()
    statement, _, signature = text.partition("signature: ")
    (folder / "statement").write_text(statement)
    (folder / "signature.b64").write_text(signature)
    openssl(folder, "base64", "-d", "-A", "-in", "signature.b64", "-out", "signature")
    said_so = openssl(
        folder, "pkeyutl", "-verify", "-pubin", "-inkey", "station.pub", "-rawin",
        "-in", "statement", "-sigfile", "signature",
    )  # fmt: skip
    assert b"Verified Successfully" in said_so


def test_a_journal_without_checkpoints_says_how_to_get_them(tmp_path: Path) -> None:
    asyncio.run(sample(tmp_path / "journal.db"))
    with tampered(tmp_path / "journal.db") as connection:
        connection.execute("DELETE FROM checkpoints")
    file = tmp_path / "daq.toml"
    file.write_text(CONFIG)
    assert "signing_key" in said("checkpoint", "list", file)


def test_a_key_is_made_once_and_shown(tmp_path: Path) -> None:
    file = tmp_path / "station.key"
    fingerprint = said("key", "create", file).split("fingerprint: ")[1].strip()
    assert len(fingerprint) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    public = tmp_path / "station.key.pub"
    assert said("key", "show", file) == said("key", "show", public)
    assert json.loads(said("key", "show", public, "--json")) == {
        "fingerprint": fingerprint,
        "public_key": public.read_text(),
    }
    openssl(tmp_path, "pkey", "-in", "station.key", "-noout")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("key", "create", "{}/station.key"), "station.key.pub: exists"),
        (("key", "create", "{}/other"), "other: exists"),
        (("key", "create", "{}/none/station.key"), "No such file"),
        (("key", "show", "{}/nonsense"), "holds no public key"),
        (("key", "show", "{}/broken"), "holds no private key"),
        (("key", "show", "{}/rsa.pem"), "another kind than Ed25519"),
        (("key", "show", "{}/rsa.pub"), "another kind than Ed25519"),
        (("key", "show", "{}/missing"), "missing"),
        (("verify", "{}/journal.db", "--authority", "{}/nonsense"), "holds no certificate"),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], text: str
) -> None:
    for name in ("station.key.pub", "other", "nonsense"):
        (tmp_path / name).write_text("x\n")
    (tmp_path / "broken").write_text("-----BEGIN PRIVATE KEY-----\n")
    (tmp_path / "journal.db").write_bytes(b"SQLite format 3\0")
    openssl(tmp_path, "genrsa", "-out", "rsa.pem", "2048")
    openssl(tmp_path, "rsa", "-in", "rsa.pem", "-pubout", "-out", "rsa.pub")
    assert guarded(cli, [word.format(tmp_path) for word in words]) == 1
    assert text in capsys.readouterr().err


def test_an_authority_is_read(config: Path, tmp_path: Path) -> None:
    openssl(
        tmp_path, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-subj", "/CN=x", "-keyout", "k", "-out", "authority.pem",
    )  # fmt: skip
    text = said("verify", config, "--authority", tmp_path / "authority.pem")
    assert "complete and unaltered" in text
