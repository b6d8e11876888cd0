"""Moved to ``drivers.duration``, which both families use."""

from drivers.duration import Seconds

__all__ = ["Seconds"]
