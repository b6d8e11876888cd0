from pathlib import Path

import pytest

from daq.config.config import Config
from daq.config.load import examine

SITE = '[site]\nname = "x"\n[web]\n'
PASSWORD = 'password = { env = "SECRET" }\n'  # noqa: S105 - names a place
TLS = 'tls = { certificate = "c.pem", key = "k.pem" }\n'
EVERYWHERE = 'listen = "0.0.0.0:8470"\n'


def problems(tmp_path: Path, text: str) -> tuple[str, str]:
    path = tmp_path / "daq.toml"
    path.write_text(SITE + text)
    examined = examine(path, environ={})
    return "\n".join(map(str, examined.errors)), "\n".join(map(str, examined.warnings))


def config(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "daq.toml"
    path.write_text(SITE + text)
    found = examine(path, environ={}).config
    assert found is not None
    return found


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_on_this_machine_nothing_is_needed(tmp_path: Path, host: str) -> None:
    assert problems(tmp_path, f'listen = "{host}:8470"') == ("", "")
    web = config(tmp_path, f'listen = "{host}:8470"').web
    assert not web.remote
    assert not web.view_needs_sign_in


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "192.0.2.1", "pc.example"])  # noqa: S104
def test_others_get_in_with_a_password_and_tls_only(tmp_path: Path, host: str) -> None:
    listen = f'listen = "{host}:8470"\n'
    errors, _ = problems(tmp_path, listen)
    assert "web.listen: other machines can reach" in errors
    assert "password or token and tls are missing" in errors
    assert "tls is missing" in problems(tmp_path, listen + PASSWORD)[0]
    assert "password or token is missing" in problems(tmp_path, listen + TLS)[0]
    assert problems(tmp_path, listen + PASSWORD + TLS)[0] == ""
    assert config(tmp_path, listen + PASSWORD + TLS).web.view_needs_sign_in


def test_what_needs_a_sign_in_can_be_said(tmp_path: Path) -> None:
    said = EVERYWHERE + PASSWORD + TLS + 'sign_in_to = "act"\n'
    assert not config(tmp_path, said).web.view_needs_sign_in
    assert config(tmp_path, PASSWORD + 'sign_in_to = "view"').web.view_needs_sign_in
    assert "needs a password or token" in problems(tmp_path, 'sign_in_to = "view"')[0]


def test_a_password_never_stands_in_the_file(tmp_path: Path) -> None:
    errors, _ = problems(tmp_path, 'password = "hunter2"')
    assert "must not stand in this file" in errors
    assert "hunter2" not in errors


def test_files_that_cannot_be_read_and_secrets_for_everybody_are_warned_of(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("x")
    secret.chmod(0o644)
    _, warnings = problems(tmp_path, 'password = { file = "password" }\n' + TLS)
    assert "web.password" in warnings
    assert "every user of this machine" in warnings
    assert "c.pem cannot be read" in warnings
    assert "k.pem cannot be read" in warnings


@pytest.mark.parametrize("name", ["", "a b", "http://pc", "pc:8470", "x" * 300, "-pc"])
def test_names_are_names(tmp_path: Path, name: str) -> None:
    assert "names" in problems(tmp_path, f'names = ["{name}"]')[0]


def test_names_do_not_depend_on_case(tmp_path: Path) -> None:
    assert config(tmp_path, 'names = ["Lab-PC.example"]').web.names == ("lab-pc.example",)
