"""What the two protocols have in common for whoever asks: requests, and data of replies."""

from typing import Protocol

from drivers.transport.reply import Expected


class Codec(Protocol):
    """One instrument's protocol at its address. Pure: bytes in, bytes out."""

    @property
    def probes(self) -> tuple[int, ...]:
        """Items whose replies can be told from each other's and from all others'."""
        ...

    @property
    def unmarked(self) -> frozenset[int]:
        """Items whose replies may look like any other's."""
        ...

    def request(self, item: int) -> bytes:
        """The frame that asks for an item."""
        ...

    def expected(self, item: int, *, alone: bool) -> Expected:
        """Recognises the reply.

        ``alone`` says that no earlier request is outstanding, so that a refusal, which names
        no item, must be the answer to this one.
        """
        ...

    def unpack(self, item: int, reply: bytes) -> bytes:
        """The data of a reply that ``expected`` has found.

        Raises:
            DeviceError: the instrument refuses.
            ReplyError: the data are not of the length the profile says.
        """
        ...

    def verify(self, item: int, data: bytes) -> None:
        """Compare the data with what the profile demands of every reply.

        Raises:
            IdentityError: this is another instrument, or one that is configured otherwise.
        """
        ...

    def length(self, item: int) -> int:
        """Characters of the reply."""
        ...
