"""A unit test reaches nothing outside its process: no socket, no child, or it fails."""

import sys
from collections.abc import Generator

import pytest

FORBIDDEN = ("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.fork")


class _Guard:
    armed = False


def _refuse(event: str, args: tuple[object, ...]) -> None:
    if _Guard.armed and event in FORBIDDEN:
        raise RuntimeError(f"a unit test may not do this: {event} {args}")


sys.addaudithook(_refuse)


@pytest.fixture(autouse=True)
def _no_outside_world() -> Generator[None]:  # pyright: ignore[reportUnusedFunction]
    _Guard.armed = True
    yield
    _Guard.armed = False
