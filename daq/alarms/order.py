"""The order in which rules that depend on others are judged. Pure."""

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from daq.alarms.errors import AlarmError


def in_order(needs: Mapping[str, Sequence[str]]) -> list[str]:
    """Every rule after those it needs; otherwise as they are given.

    Raises:
        AlarmError: they need each other in a circle; names them.
    """
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        names = " needs ".join(reversed(error.args[1]))
        raise AlarmError(f"rules need each other in a circle: {names}") from error
