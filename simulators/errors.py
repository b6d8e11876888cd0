"""The one exception tree of this package."""

import msgspec

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What decoding foreign bytes may raise: msgspec lets the latter two through."""


class SimulatorError(Exception):
    """The root of what the simulators raise."""


class ScenarioError(SimulatorError):
    """A scenario is wrong; the text names the file and the key of everything that is wrong."""


class WireError(SimulatorError):
    """A wire cannot be opened: the port is taken, the path is not ours to replace."""


class OperationError(SimulatorError):
    """A device cannot be operated like that; the text says what it takes."""


class NotRunningError(SimulatorError):
    """No simulated lab answers where one was expected."""


class RecordingError(SimulatorError):
    """A recording cannot be read; the text names file and line."""
