import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daq.access import hashes
from daq.access.attempts import NAMES, Failures, Rule
from daq.access.errors import AccessError, WeakPasswordError
from daq.access.passwords import check_password
from tests.access_samples import CHEAP


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "12 characters or more"),
        ("x" * 201, "at most 200"),
        ("with a \x00 in it", "control characters"),
        ("abababababababab", "the same few"),
        ("the great LI of 2026", "the name of its user"),
    ],
)
def test_a_weak_password_is_refused_and_why(password: str, said: str) -> None:
    with pytest.raises(WeakPasswordError, match=said):
        check_password(password, "li", 12)


def test_no_length_in_a_configuration_is_less_than_eight() -> None:
    with pytest.raises(WeakPasswordError, match="8 characters"):
        check_password("1234567", "li", 1)
    check_password("12345678", "li", 1)
    check_password("four words 很长", "li", 12)


def test_a_password_fits_its_hash_alone() -> None:
    kept = CHEAP.hash("caf\u00e9 au lait")
    assert hashes.is_hash(kept)
    assert hashes.is_password(kept, "cafe\u0301 au lait")  # typed on another keyboard
    assert not hashes.is_password(kept, "cafe au lait")
    assert not hashes.is_password("", "")
    assert not hashes.is_password("$argon2id$v=19$m=1$bad", "x")


def test_a_hash_is_of_argon2id_with_64_mib_and_a_salt() -> None:
    one, other = hashes.hashed("the same"), hashes.hashed("the same")
    assert one.startswith("$argon2id$v=19$m=65536,t=3,p=4$")  # RFC 9106, section 4
    assert one != other
    assert hashes.is_password(one, "the same")


@given(st.text())
def test_nothing_else_is_a_hash(text: str) -> None:
    assert not hashes.is_hash(text) or text.startswith("$argon2id$")


@given(st.text())
def test_any_text_may_be_given_as_a_token(text: str) -> None:
    token, kept = hashes.new_token()
    assert hashes.is_token(kept, hashes.token_hash(token))
    assert not hashes.is_token(kept, hashes.token_hash(text))


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "argon2", None)
    hashes._hasher.cache_clear()  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(AccessError, match=r"pip install 'lab-daq\[web\]'"):
        hashes.hashed("x")


def test_wrong_passwords_lock_a_user_for_a_while() -> None:
    failures = Failures(Rule(3, 60.0))
    assert [failures.failed("li", 0.0) for _ in range(4)] == [False, False, True, False]
    assert failures.locked("li", 59.0)
    assert not failures.locked("wu", 59.0)
    assert not failures.locked("li", 60.0)
    assert not failures.failed("li", 61.0)  # it counts anew


def test_a_right_password_or_time_makes_up_for_wrong_ones() -> None:
    failures = Failures(Rule(2, 60.0))
    failures.failed("li", 0.0)
    failures.passed("li")
    assert not failures.failed("li", 1.0)
    assert not failures.failed("li", 62.0)  # the first is forgotten
    assert failures.failed("li", 63.0)


def test_names_are_forgotten_before_they_take_memory() -> None:
    failures = Failures(Rule(1, 60.0))
    for number in range(NAMES + 1):
        failures.failed(str(number), 0.0)
    assert not failures.locked("0", 1.0)
    assert failures.locked("1", 1.0)
