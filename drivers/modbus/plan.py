"""The requests that read one scan group, and what was learned about the device's addresses."""

from collections.abc import Sequence

from drivers.driver import Exchange
from drivers.modbus.decode import Decoder
from drivers.modbus.pdu import Request
from drivers.modbus.planner import Break, coalesce
from drivers.modbus.profile import ModbusProfile
from drivers.model import Status


class Learned:
    """Which registers a device refuses, and where requests must end. Kept until forgotten."""

    def __init__(self) -> None:
        self.version = 0
        self.illegal: set[Request] = set()
        self.breaks: set[Break] = set()

    def refuse(self, span: Request) -> None:
        """The device has no such registers, and no request may reach across them."""
        self.illegal.add(span)
        self.divide(span.function, span.end)

    def divide(self, function: int, address: int) -> None:
        """A request that began before this address must not reach beyond it."""
        self.breaks.add((function, address))
        self.version += 1

    def forget(self) -> None:
        """Another device may answer now."""
        self.illegal.clear()
        self.breaks.clear()
        self.version += 1


class ModbusPlan:
    """One scan group: its slots (one for each value in the registers), outputs and requests."""

    def __init__(
        self, profile: ModbusProfile, names: Sequence[str], learned: Learned, cost: "Cost"
    ) -> None:
        layout = profile.layouts.of(profile, names)
        self.channels, self.fields, self.outputs = layout.channels, layout.fields, layout.outputs
        self._profile = profile
        self._learned = learned
        self._version = learned.version
        self._decoders = self._make()
        self.exchanges: tuple[Exchange, ...] = tuple(
            cost.exchange(decoder.request) for decoder in self._decoders
        )

    @property
    def decoders(self) -> tuple[Decoder, ...]:
        """What to read now, given what was learned; illegal registers are left out."""
        if self._version != self._learned.version:
            self._version = self._learned.version
            self._decoders = self._make()
        return self._decoders

    def decoder(self, request: Request) -> Decoder:
        """The decoder for all fields that lie in this request."""
        inside = [
            (slot, item)
            for slot, item in enumerate(self.fields)
            if item.span.function == request.function
            and request.address <= item.span.address
            and item.span.end <= request.end
            and item.span not in self._learned.illegal
        ]
        return Decoder(request, inside)

    def blank(self) -> list[Status | int | float | bytes]:
        """Slots as they are before anything is read: what is never asked for is illegal."""
        return [Status.ILLEGAL_ADDRESS] * len(self.fields)

    def _make(self) -> tuple[Decoder, ...]:
        learned = self._learned
        requests = coalesce(
            (item.span for item in self.fields if item.span not in learned.illegal),
            self._profile.limit,
            self._profile.modbus.max_gap,
            learned.breaks,
        )
        return tuple(self.decoder(request) for request in requests)


class Cost:
    """What a request costs the line, in characters and seconds."""

    def __init__(self, request: int, overhead: int, pause: float) -> None:
        self._request = request
        self._overhead = overhead
        self._pause = pause

    def exchange(self, request: Request) -> Exchange:
        """The exchange as the line sees it."""
        return Exchange(self._request, self._overhead + request.byte_count, self._pause)
