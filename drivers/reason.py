"""Statuses as profiles name them: by their reason in words."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator

from drivers.model import Quality, Status


def status_of(reason: str) -> Status:
    """The status a profile names by its reason.

    Raises:
        ValueError: no such reason; the text lists those there are.
    """
    try:
        return Status.from_reason(reason)
    except KeyError:
        allowed = ", ".join(status.reason or "good" for status in Status)
        raise ValueError(f"no such reason {reason!r}; allowed: {allowed}") from None


def _reason(value: object) -> object:
    return status_of(value) if isinstance(value, str) else value


def _doubtful(status: Status) -> Status:
    if not status:
        raise ValueError("good: this is for what is not good")
    return status


def _bad(status: Status) -> Status:
    if status.quality is not Quality.BAD:
        raise ValueError(f"{status}: here stands no value, so the status must be a bad one")
    return status


Reason: TypeAlias = Annotated[Status, BeforeValidator(_reason)]
"""A status, named by its reason: ``"over range"``, ``"good"``."""

Doubt: TypeAlias = Annotated[Reason, AfterValidator(_doubtful)]
"""A status that is not good."""

BadReason: TypeAlias = Annotated[Reason, AfterValidator(_bad)]
"""A status of bad quality: there is no value."""
