from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daq.access.errors import UsersFileError
from daq.access.file import LABEL, NAME, TITLE, read_users, rendered
from daq.access.roles import ROLES
from daq.access.user import Token, User
from tests.access_samples import LONG_AGO, hash_of, one_of_each, write

names = st.from_regex(NAME, fullmatch=True)
tokens = st.builds(
    Token,
    label=st.from_regex(LABEL, fullmatch=True),
    sha256=st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    added=st.just(LONG_AGO),
)
users = st.builds(
    User,
    name=names,
    role=st.sampled_from(ROLES),
    title=st.from_regex(TITLE, fullmatch=True).filter(
        lambda text: len(text) <= 100 and text.encode("utf-8", "ignore").decode() == text
    ),
    password=st.sampled_from(["", hash_of("x")]),
    changed=st.sampled_from([None, LONG_AGO]),
    disabled=st.booleans(),
    tokens=st.lists(tokens, max_size=3).map(tuple),
)


@settings(max_examples=25)
@given(st.lists(users, max_size=4, unique_by=lambda one: one.name))
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, some: list[User]
) -> None:
    path = tmp_path_factory.getbasetemp() / "users.toml"
    path.write_text(rendered(some), "utf-8")
    found = read_users(path)
    assert list(found.users.values()) == some
    assert rendered(found.users.values()) == rendered(some)


def test_a_digest_tells_states_of_the_file_apart(tmp_path: Path) -> None:
    path = write(tmp_path / "users.toml", one_of_each())
    first = read_users(path).digest
    write(path, one_of_each()[:2])
    assert read_users(path).digest != first
    write(path, one_of_each())
    assert read_users(path).digest == first


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[user.a]\nrole = "boss"\n', r'users.toml:2: .*"viewer", "operator", "quality", "admin"'),
        ('[user.a]\nrole = "viewer"\npassword = "secret"\n', "users.toml:3: .*daq users passwd"),
        ('[user.A]\nrole = "viewer"\n', "user 'A': a name has lower-case letters"),
        ('[user.a]\nrole = "viewer"\nx = 1\n', "users.toml:3: .*unknown key"),
        ('[user.a]\nrole = "viewer"\nchanged = 2026-01-01\n', "users.toml:3"),
        ('[[user.a.token]]\nlabel = "x"\nsha256 = "abc"\n', "users.toml"),
        ("user = 1\n", "users.toml:1"),
        ("[user.a\n", "users.toml:1: not TOML"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "users.toml"
    path.write_text(text)
    with pytest.raises(UsersFileError, match=said) as caught:
        read_users(path)
    assert "secret" not in str(caught.value)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsersFileError, match=r"none\.toml: cannot be read"):
        read_users(tmp_path / "none.toml")
