"""The one place that imports pyarrow, and what its writers need of a stream."""

from importlib import import_module
from typing import Any, BinaryIO

from daq.export.errors import MissingExtraError


class Counted:
    """A stream that knows its position: Parquet asks for it, and a pipe cannot tell."""

    closed = False

    def __init__(self, stream: BinaryIO) -> None:
        self.discard = False
        self._stream = stream
        self._position = 0

    def write(self, data: Any) -> int:  # noqa: ANN401 - any buffer
        """Write, unless it is discarded."""
        size = memoryview(data).nbytes
        self._position += size
        if not self.discard:
            self._stream.write(data)
        return size

    def tell(self) -> int:
        """The position, as if nothing had been discarded."""
        return self._position

    def flush(self) -> None:
        """Left to whoever opened the stream."""

    def readable(self) -> bool:
        """It is not."""
        return False

    def writable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is not."""
        return False

    def close(self) -> None:
        """The stream belongs to whoever opened it."""


def load(name: str) -> Any:  # noqa: ANN401 - pyarrow has no type information
    """A module of pyarrow.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingExtraError(
            "Parquet needs pyarrow, which is not installed: pip install 'lab-daq[parquet]'"
        ) from error
