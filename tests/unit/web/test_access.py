"""Attempts, sessions and origins, without a server."""

import pytest

from daq.web.access.attempts import ADDRESSES, ALL, FREE, WINDOW, Attempts
from daq.web.access.keys import Keys
from daq.web.access.origin import is_ours, is_own_page, shown_address
from daq.web.access.sessions import LIFE, MOST, Sessions


def test_an_address_waits_after_a_few_wrong_passwords_and_others_do_not() -> None:
    attempts = Attempts()
    for number in range(FREE):
        assert attempts.wait("a", number) == 0
        attempts.failed("a", number)
    assert attempts.wait("a", FREE) == WINDOW - FREE
    assert attempts.wait("b", FREE) == 0
    assert attempts.wait("a", WINDOW) == 0


def test_many_addresses_together_wait_too() -> None:
    attempts = Attempts()
    for number in range(ALL):
        attempts.failed(str(number), 0.0)
    assert attempts.wait("new", 1.0) == WINDOW - 1.0


def test_addresses_are_forgotten_before_they_take_memory() -> None:
    attempts = Attempts()
    for number in range(3 * ADDRESSES):
        attempts.failed(str(number), number * WINDOW)
    assert attempts.wait("0", 3 * ADDRESSES * WINDOW) == 0


def test_the_right_password_makes_up_for_wrong_ones() -> None:
    attempts = Attempts()
    for _ in range(FREE - 1):
        attempts.failed("a", 0.0)
    attempts.passed("a")
    attempts.failed("a", 1.0)
    assert attempts.wait("a", 1.0) == 0


def test_sessions_end_when_unused_and_are_few() -> None:
    now = 0.0
    sessions = Sessions[str](lambda: now)
    first = sessions.begin("Ada")
    now = LIFE
    assert sessions.who(first) == "Ada"  # and was used now
    now = 2 * LIFE + 1
    assert sessions.who(first) is None
    keys = {sessions.begin(str(number)) for number in range(MOST + 10)}
    assert len(keys) == MOST + 10
    assert sum(sessions.who(key) is not None for key in keys) == MOST
    assert sessions.who("") is None


def test_only_a_secret_that_there_is_can_be_given() -> None:
    assert not Keys().is_password("")
    assert not Keys().is_token("")
    both = Keys.of_texts("secret", "token")
    assert both.is_password("secret")
    assert both.is_password("token")
    assert both.is_token("token")
    assert not both.is_token("secret")
    assert not both.is_password("Secret")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1.2.3:99", "localhost:8470", "[::1]:8470", "PC.example:1"]
)
def test_own_names(host: str) -> None:
    assert is_ours(host, ["pc.example"])


@pytest.mark.parametrize(
    "host", ["", "evil.example", "localhost.evil", "127.0.0.1:x", "[::1", "a/b", "192.0.2.1"]
)
def test_foreign_names(host: str) -> None:
    assert not is_ours(host, ["pc.example"])


def test_looking_needs_no_origin_and_acting_needs_ours() -> None:
    assert is_own_page("GET", {}, "h")
    assert is_own_page("POST", {"Origin": "https://h:1"}, "h:1")
    assert is_own_page("POST", {"Sec-Fetch-Site": "same-origin"}, "h")
    assert not is_own_page("POST", {}, "h")
    assert not is_own_page("POST", {"Origin": "https://h:2"}, "h:1")
    assert not is_own_page("DELETE", {"Sec-Fetch-Site": "cross-site", "Origin": "http://h"}, "h")


def test_an_address_of_ipv6_counts_as_its_network() -> None:
    assert shown_address(("192.0.2.7", 1)) == "192.0.2.7"
    assert shown_address(("2001:db8::1", 1, 0, 0)) == "2001:db8::/64"
    assert shown_address(("::ffff:192.0.2.7", 1, 0, 0)) == "192.0.2.7"
    assert shown_address(None) == ""
