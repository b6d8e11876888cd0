from pathlib import Path

import pytest
from pydantic import ValidationError

from daq.config import Secret, SecretError
from daq.config.secret import LONGEST

VALUE = "correct horse battery staple"


def test_an_environment_variable() -> None:
    secret = Secret(env="PW")
    assert secret.resolve({"PW": VALUE}) == VALUE
    with pytest.raises(SecretError, match="PW is not set or empty"):
        secret.resolve({"PW": ""})


def test_a_value_is_taken_as_it_is() -> None:
    assert Secret(env="PW").resolve({"PW": "a${B}$c", "B": "x"}) == "a${B}$c"


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_file_with_or_without_a_final_newline(tmp_path: Path, end: str) -> None:
    file = tmp_path / "pw"
    file.write_bytes(f" {VALUE} {end}".encode())
    assert Secret(file=file).resolve({}) == f" {VALUE} "


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"\xff" + VALUE.encode(), "is not UTF-8 text"),
        (b"x" * (LONGEST + 1), "is larger than 65536 bytes"),
        (VALUE.encode() + b"\n\n", "holds a line end"),
        (b"a\0" + VALUE.encode(), "control character"),
    ],
)
def test_a_file_that_holds_no_secret(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "pw"
    file.write_bytes(content)
    with pytest.raises(SecretError, match=message) as caught:
        Secret(file=file).resolve({})
    assert VALUE not in str(caught.value)


def test_a_variable_that_holds_no_secret() -> None:
    with pytest.raises(SecretError, match="PW: holds a line end") as caught:
        Secret(env="PW").resolve({"PW": f"{VALUE}\n"})
    assert VALUE not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="none: No such file"):
        Secret(file=tmp_path / "none").resolve({})


def test_a_credential_is_a_file_in_the_folder_systemd_names(tmp_path: Path) -> None:
    (tmp_path / "mqtt").write_text(VALUE)
    secret = Secret(credential="mqtt")
    assert secret.resolve({"CREDENTIALS_DIRECTORY": str(tmp_path)}) == VALUE
    with pytest.raises(SecretError, match="CREDENTIALS_DIRECTORY is not set"):
        secret.resolve({})


@pytest.mark.parametrize("name", ["../etc/passwd", "a/b", ".hidden", ""])
def test_a_credential_stays_in_its_folder(name: str) -> None:
    with pytest.raises(ValidationError):
        Secret(credential=name)


def test_printing_and_dumping_show_the_place_alone(tmp_path: Path) -> None:
    file = tmp_path / "pw"
    file.write_text(VALUE)
    secret = Secret(file=file)
    assert secret.resolve({}) == VALUE
    shown = f"{secret} {secret!r} {secret.model_dump()} {secret.model_dump_json()}"
    assert VALUE not in shown
    assert str(file) in shown


def test_a_file_everyone_can_read_is_remarked(tmp_path: Path) -> None:
    file = tmp_path / "pw"
    file.write_text(VALUE)
    file.chmod(0o640)
    assert Secret(file=file).remark() == ""
    file.chmod(0o644)
    assert "can be read by every user" in Secret(file=file).remark()
    assert Secret(env="PW").remark() == ""
