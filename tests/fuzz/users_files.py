"""Files of users: users, or what is wrong with the file.

Invariants. A file is users or a ``UsersFileError`` that names it; users that were read are written
and read the same; nobody whose name, label or hash has another form is among them; and no password
fits what is no hash.
"""

import functools
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from daq.access.errors import UsersFileError
from daq.access.file import LABEL, NAME, read_users, rendered
from daq.access.hashes import is_hash
from daq.access.user import User
from tests.access_samples import one_of_each, user
from tests.fuzz.choices import Choices, changed


@functools.cache
def _known() -> bytes:
    both = [*one_of_each(), user("li.na", "quality", disabled=True, title='李 "娜"')]
    return rendered(both).encode()


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="fuzz-users-")


def target(data: bytes) -> None:
    """Read a file that the bytes are, or that they make of a known one."""
    choices = Choices(data)
    any_bytes = choices.below(2)
    content = choices.rest() if any_bytes else changed(_known(), choices)
    path = Path(_folder().name) / "users.toml"
    path.write_bytes(content)
    try:
        found = list(read_users(path).users.values())
    except UsersFileError as error:
        wrong = error
    else:
        for one in found:
            _sound(one)
        path.write_text(rendered(found), "utf-8")
        assert list(read_users(path).users.values()) == found
        return
    assert str(path) in str(wrong)


def _sound(one: User) -> None:
    assert NAME.fullmatch(one.name)
    assert not one.password or is_hash(one.password)
    assert one.title.isprintable() or "\n" not in one.title
    for token in one.tokens:
        assert re.fullmatch(LABEL, token.label)
        assert len(bytes.fromhex(token.sha256)) == 32


def seeds() -> Iterator[bytes]:
    """The known file, and it with one thing changed."""
    yield b"\x00"
    yield b"\x01" + _known()
    yield from (bytes([0, 1, place, 7, 1, 2, 34, 10]) for place in range(8))
