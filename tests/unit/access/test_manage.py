from collections.abc import Callable

import pytest

from daq.access import manage
from daq.access.changes import MOST, differences, state
from daq.access.errors import NotPossibleError
from daq.access.file import MOST_TOKENS
from daq.access.user import Token, User
from daq.control.server import REQUEST_LIMIT
from tests.access_samples import LONG_AGO, user

ADA = user("ada", "operator", title="Ada L")
GONE = user("gone", "viewer", disabled=True)
USERS = {"ada": ADA, "gone": GONE}
NEW = Token(label="lims", sha256="0" * 64, added=LONG_AGO)


@pytest.mark.parametrize("name", ["Ada", "", "a b", "-a", "token", "shared", "unknown", "a" * 61])
def test_a_name_is_one(name: str) -> None:
    with pytest.raises(NotPossibleError, match="cannot be a user's name"):
        manage.added(USERS, User(name=name, role="viewer"))


@pytest.mark.parametrize("name", ["ada", "gone"])
def test_a_name_means_one_person_for_ever(name: str) -> None:
    with pytest.raises(NotPossibleError, match="one person for ever"):
        manage.added(USERS, User(name=name, role="viewer"))


def test_a_user_is_changed_in_one_thing_alone() -> None:
    assert manage.with_role(USERS, "ada", "quality") == user("ada", "quality", title="Ada L")
    assert manage.disabled(USERS, "ada", disable=True).disabled
    assert not manage.disabled(USERS, "gone", disable=False).disabled
    changed = manage.with_password(USERS, "ada", "hash", LONG_AGO)
    assert (changed.password, changed.tokens) == ("hash", ADA.tokens)
    both = manage.with_token(USERS, "ada", NEW)
    assert both.tokens == (*ADA.tokens, NEW)
    assert manage.without_token({"ada": both}, "ada", "lims") == ADA


@pytest.mark.parametrize(
    ("do", "said"),
    [
        (lambda: manage.with_role(USERS, "ada", "operator"), "is operator already"),
        (lambda: manage.disabled(USERS, "gone", disable=True), "is disabled already"),
        (lambda: manage.disabled(USERS, "ada", disable=False), "is enabled already"),
        (lambda: manage.with_role(USERS, "gone", "quality"), "`daq users enable gone` first"),
        (lambda: manage.with_password(USERS, "gone", "h", LONG_AGO), "is disabled"),
        (lambda: manage.with_role(USERS, "adda", "quality"), "no user 'adda'; there is ada"),
        (lambda: manage.known({}, "x"), "there is none yet: `daq users add`"),
        (lambda: manage.without_token(USERS, "ada", "x"), "no token 'x'; there is t"),
        (lambda: manage.without_token({"a": User(name="a", role="viewer")}, "a", "x"), "is none"),
        (
            lambda: manage.with_token(USERS, "ada", Token(label="t", sha256="", added=LONG_AGO)),
            "take another label",
        ),
        (
            lambda: manage.with_token(USERS, "ada", Token(label="\n", sha256="", added=LONG_AGO)),
            "cannot be a label",
        ),
        (lambda: manage.added({}, User(name="x", role="viewer", title="a\nb")), "is one line"),
    ],
)
def test_what_cannot_be_done_is_said(do: Callable[[], object], said: str) -> None:
    with pytest.raises(NotPossibleError, match=said):
        do()


def test_there_is_an_end_of_users_and_tokens() -> None:
    many = {str(n): ADA for n in range(1000)}
    with pytest.raises(NotPossibleError, match="there are 1000 users"):
        manage.added(many, User(name="new", role="viewer"))
    tokens = tuple(Token(label=str(n), sha256="", added=LONG_AGO) for n in range(MOST_TOKENS))
    full = {"a": User(name="a", role="viewer", tokens=tokens)}
    with pytest.raises(NotPossibleError, match="has 20 tokens"):
        manage.with_token(full, "a", NEW)


def test_differences_are_told_without_a_secret() -> None:
    other = user("ada", "quality")
    told = differences(USERS, {"ada": other, "new": User(name="new", role="viewer")})
    assert told == [
        "ada: operator, Ada L, password, token t -> quality, password, token t",
        "gone: viewer, password, token t, disabled -> nobody",
        "new: nobody -> viewer",
    ]
    again = manage.with_password(USERS, "ada", "$argon2id$v=19$other", LONG_AGO)
    assert differences({"ada": ADA}, {"ada": again}) == ["ada: another password"]
    token = Token(label="t", sha256="1" * 64, added=LONG_AGO)
    renewed = User(name="ada", role="operator", tokens=(token,))
    before = User(name="ada", role="operator", tokens=(NEW,))
    assert differences({"ada": before}, {"ada": renewed}) == [
        "ada: operator, token lims -> operator, token t"
    ]
    assert ADA.password not in "".join(told)
    assert state(None) == ""


def test_all_that_is_told_of_a_user_fits_into_a_request() -> None:
    tokens = tuple(Token(label="t" * 60, sha256="", added=LONG_AGO) for _ in range(MOST_TOKENS))
    told = state(User(name="a", role="operator", title="娜" * 100, tokens=tokens))
    assert told.endswith(", 15 more tokens")
    assert 2 * len(told.encode()) < REQUEST_LIMIT - 600


def test_more_differences_than_anybody_reads_are_counted() -> None:
    many = {f"u{n:02}": User(name=f"u{n:02}", role="viewer") for n in range(MOST + 5)}
    assert len(differences({}, many)) == MOST + 1
    assert differences({}, many)[-1] == "and 5 more"
