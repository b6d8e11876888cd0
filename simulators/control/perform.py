"""What a running lab does about a request."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from simulators.control.requests import (
    Answer,
    CancelRequest,
    FaultRequest,
    FaultsRequest,
    ListRequest,
    Request,
    ServedRequest,
    SetRequest,
    SpeedRequest,
    StateRequest,
)
from simulators.errors import UNREADABLE, SimulatorError
from simulators.faults import Fault
from simulators.injection import Injection
from simulators.inventory import injection_info

if TYPE_CHECKING:
    from simulators.lab import Lab

_decode = msgspec.json.Decoder(Request).decode


def answer(lab: "Lab", line: bytes) -> bytes:
    """Do what a line asks; the line to send back, without its end."""
    number: int | str | None = None
    try:
        request = _decode(line)
        number = request.id
        reply = Answer(number, _ACTIONS[type(request)](lab, request))
    except UNREADABLE as error:
        reply = Answer(error=f"not understood: {error}")
    except SimulatorError as error:
        reply = Answer(number, error=str(error))
    return msgspec.json.encode(reply)


def _states(lab: "Lab", request: StateRequest) -> object:
    if request.device:
        return lab.state(request.device)
    return {each.name: lab.state(each.name) for each in lab.devices}


def _set(lab: "Lab", request: SetRequest) -> object:
    for name, value in request.values.items():
        lab.operate(request.device, name, value)
    return lab.state(request.device)


def _inject(lab: "Lab", request: FaultRequest) -> object:
    fields = msgspec.structs.asdict(request)
    del fields["id"]
    return injection_info(lab.put_to_work(Fault(**fields)))


def _faults(lab: "Lab", _: FaultsRequest) -> object:
    return [injection_info(each) for each in lab.faults]


def _cancel(lab: "Lab", request: CancelRequest) -> object:
    chosen = [each for each in lab.faults if _is_meant(each, request)]
    for each in chosen:
        each.cancel()
    if request.number is not None and not chosen:
        raise SimulatorError(f"no fault at work has the number {request.number}")
    return {"cancelled": [each.number for each in chosen]}


def _is_meant(injection: Injection, request: CancelRequest) -> bool:
    by_number = request.number in (None, injection.number)
    return by_number and request.device in ("", injection.fault.device)


def _speed(lab: "Lab", request: SpeedRequest) -> object:
    if request.speed is not None:
        lab.speed = request.speed
    return {"speed": lab.speed}


_ACTIONS: Mapping[type[Request], Callable[["Lab", Any], object]] = {
    ListRequest: lambda lab, _: lab.devices,
    StateRequest: _states,
    SetRequest: _set,
    FaultRequest: _inject,
    FaultsRequest: _faults,
    CancelRequest: _cancel,
    ServedRequest: lambda lab, _: lab.tallies,
    SpeedRequest: _speed,
}
