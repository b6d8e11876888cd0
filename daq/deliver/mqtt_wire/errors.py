"""What can be wrong with what a broker sends."""

from daq.deliver.sink import SinkError


class MalformedError(SinkError):
    """The broker sent what the protocol, or our limits, do not allow; the text says what."""
