"""The other end of the control socket: plain and synchronous, for scripts and commands."""

import socket
from types import TracebackType
from typing import Any, Self

import msgspec

from simulators.control.place import Place
from simulators.control.requests import Answer
from simulators.errors import UNREADABLE, NotRunningError, SimulatorError

DEADLINE = 5.0
"""Seconds a lab may take to answer."""


class ControlClient:
    """A conversation with a running lab; close it, or use it in a ``with``.

    Args:
        place: path of the lab's socket, or host:port.

    Raises:
        ValueError: the place is none.
        NotRunningError: no lab answers there.
    """

    def __init__(self, place: str) -> None:
        self._place = Place.parse(place)
        try:
            self._socket = _connected(self._place)
        except OSError as error:
            raise self._nobody(error) from error
        self._lines = self._socket.makefile("rb")

    def ask(self, do: str, **parameters: object) -> Any:  # noqa: ANN401 - as the request has it
        """Send one request and return its result.

        Raises:
            SimulatorError: the lab refuses; the text is its own.
            NotRunningError: it has gone, or does not answer in time.
        """
        request = msgspec.json.encode({"do": do, **parameters})
        try:
            self._socket.sendall(request + b"\n")
            answer = msgspec.json.decode(self._lines.readline(), type=Answer)
        except (OSError, *UNREADABLE) as error:
            raise self._nobody(error) from error
        if answer.error is not None:
            raise SimulatorError(answer.error)
        return answer.result

    def close(self) -> None:
        """End the conversation; the lab goes on."""
        self._lines.close()
        self._socket.close()

    def _nobody(self, error: Exception) -> NotRunningError:
        reason = getattr(error, "strerror", None) or str(error)
        return NotRunningError(f"no simulated lab answers at {self._place} ({reason})")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _connected(place: Place) -> socket.socket:
    if place.path is None:
        return socket.create_connection((place.host, place.port), DEADLINE)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        made.settimeout(DEADLINE)
        made.connect(str(place.path))
    except OSError:
        made.close()
        raise
    return made
