"""A line over which nothing goes but questions."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from drivers.errors import DriverError
from drivers.transport.link import Link
from drivers.transport.reply import Settings


class NotAQuestionError(DriverError):
    """A driver wanted to send something else than a question."""


def nothing(data: bytes) -> bool:
    """Permits no byte at all."""
    del data
    return False


class QuestionLink(Link):
    """A link that sends what is permitted at the moment, and otherwise nothing.

    Every byte a link sends goes through ``_write``: no driver gets round it.
    """

    def __init__(self, name: str, settings: Settings) -> None:
        super().__init__(name, settings)
        self._permit: Callable[[bytes], bool] = nothing

    @contextmanager
    def permitting(self, permit: Callable[[bytes], bool]) -> Generator[None]:
        """Permit these questions while the block runs."""
        self._permit = permit
        try:
            yield
        finally:
            self._permit = nothing

    def _write(self, data: bytes) -> None:
        if not self._permit(data):
            raise NotAQuestionError(f"{data!r} is no question, and was not sent")
        super()._write(data)
