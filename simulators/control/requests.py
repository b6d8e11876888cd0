"""What a running lab can be asked: one line of JSON each, told apart by its key ``do``."""

from typing import Any, TypeAlias

import msgspec


class _Request(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do"
):
    """One line; ``id`` comes back with the answer."""

    id: int | str | None = None


class ListRequest(_Request, frozen=True, tag="list"):
    """All devices."""


class StateRequest(_Request, frozen=True, tag="state"):
    """What a device shows; of all devices without a name."""

    device: str = ""


class SetRequest(_Request, frozen=True, tag="set"):
    """Operate controls of a device, in order; a key is pressed with null."""

    device: str
    values: dict[str, bool | int | float | str | None]


class FaultRequest(_Request, frozen=True, tag="fault", rename={"duration": "for"}):
    """Put a fault to work; the fields of ``Fault``, times in seconds."""

    device: str
    kind: str
    at: float = 0.0
    duration: float | None = None
    every: float | None = None
    probability: float = 1.0
    count: int | None = None
    delay: float = 1.0
    channel: str = ""
    seed: int | None = None


class FaultsRequest(_Request, frozen=True, tag="faults"):
    """The faults at work."""


class CancelRequest(_Request, frozen=True, tag="cancel"):
    """End a fault by number, those of a device, or all."""

    number: int | None = None
    device: str = ""


class ServedRequest(_Request, frozen=True, tag="served"):
    """Counts of replies by device."""


class SpeedRequest(_Request, frozen=True, tag="speed"):
    """How fast the physics runs; set when given."""

    speed: float | None = None


Request: TypeAlias = (
    ListRequest
    | StateRequest
    | SetRequest
    | FaultRequest
    | FaultsRequest
    | CancelRequest
    | ServedRequest
    | SpeedRequest
)


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line in return: a result, or else an error."""

    id: int | str | None = None
    result: Any = None
    error: str | None = None
