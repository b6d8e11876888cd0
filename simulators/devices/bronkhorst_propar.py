"""Bronkhorst digital mass-flow controller, ProPar protocol (ASCII) over RS-232 or RS-485.

Sources: Bronkhorst, "RS232 interface", document 9.17.027 (see propar.py for what the messages
are); "EL-FLOW Prestige" manual 9.17.084, page 28 (measure 1/0 in 0 to 41942, 32000 being 100 %,
set point 1/1 limited to 0 to 32000). Processes, numbers and types of the other parameters as in
the maker's own client, PyPI bronkhorst-propar 1.3.0 (parameters.py). The node that an answer
carries is that of the request, 80h for "whoever is there", as that client shows.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar

import msgspec
from pydantic import Field

from simulators.controls import Control, number
from simulators.device import DeviceOptions, Value
from simulators.devices import propar
from simulators.devices.gas_flow import GasFlow
from simulators.devices.propar import INT8, INT16, INT32, STRING, Data, MessageError, Status
from simulators.dialogue import Reply, TextDevice

ANY_NODE = 0x80
FULL = 32000
HIGHEST_MEASURE = 41942
UNLOCK, LOCK = 64, 82
"""Values of the init mode that allow and forbid writing the secured parameters."""
IDENTIFICATION_MFC = 7
ALARM_RESPONSE = 0x08
POLYNOMIAL = (5, 6, 7, 8)
"""Numbers of the constants A to D in process 1."""


class Options(DeviceOptions):
    """``node`` is its address; ``capacity`` is the flow at 100 %, in ``flow_unit``."""

    node: int = Field(default=3, ge=1, le=127)
    capacity: float = Field(default=10.0, gt=0)
    flow_unit: str = Field(default="ln/min", max_length=7)
    fluid: str = Field(default="N2", max_length=10)
    setpoint: float = Field(default=25.0, ge=0, le=100)
    serial_number: str = "M6212345A"
    tag: str = "USERTAG"


class Parameter(msgspec.Struct, frozen=True):
    """A parameter: its type on the wire, how it is read, and how it is written if it can be."""

    kind: int
    read: Callable[[], Data]
    write: Callable[[Data], bool] | None = None
    as_float: bool = False
    secured: bool = False


class BronkhorstPropar(TextDevice):
    """A controller in a line of gas; flows are per cent of its capacity."""

    model: ClassVar[str] = "bronkhorst-propar"
    description: ClassVar[str] = "Bronkhorst mass-flow controller (ProPar, ASCII)"
    channels: ClassVar[tuple[str, ...]] = ("flow", "setpoint", "capacity", "temperature")
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "no-supply": "the gas supply is shut: the flow goes to zero, alarm info tells",
        "overflow": "the valve is stuck open: the measure goes to 128 %",
    }
    longest_line: ClassVar[int] = 2 * propar.LONGEST + 3
    turnaround = 0.004

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.line = GasFlow(random, 100.0, options.setpoint)
        self._options = options
        self._tag = options.tag
        self._capacity = options.capacity
        self._constants = dict.fromkeys(POLYNOMIAL, 0.0) | {POLYNOMIAL[1]: 1.0}
        self._unlocked = False
        self._wink = ""
        self._parameters = self._table()

    @property
    def address(self) -> str:
        """The node, in two hexadecimal digits."""
        return f"{self._options.node:02X}"

    def step(self, dt: float) -> None:
        """Let the gas flow."""
        self.line.step(dt, closed=self.happening("no-supply"), stuck=self.happening("overflow"))

    def state(self) -> dict[str, Value]:
        """What the parameters of its channels tell; flow and set point in per cent."""
        return {name: self._channel(name) for name in self.channels}

    def controls(self) -> Mapping[str, Control]:
        """The supply of set points."""
        line = self.line
        return {
            "setpoint": number("set point, %", self._set, lambda: line.setpoint, low=0, high=100)
        }

    def ask(self, line: str) -> Reply | None:
        """Carry out a message for its node; silence for other nodes."""
        message = propar.unpack(line)
        if isinstance(message, int):
            return Reply(propar.error_message(message), line)
        node, data = message
        if node not in {self._options.node, ANY_NODE}:
            return None
        try:
            answer, values = self._carry_out(data)
        except MessageError as error:
            answer, values = bytes([propar.STATUS, error.status, error.place % 256]), {}
        return Reply(propar.pack(node, answer), line, values) if answer else None

    def _carry_out(self, data: bytes) -> tuple[bytes, dict[str, Value]]:
        if data[0] == propar.READ:
            return self._read(data)
        if data[0] not in {propar.WRITE, propar.WRITE_SILENTLY}:
            raise MessageError(Status.COMMAND, 0)
        for written in propar.parse_write(data):
            self._write(written)
        silent = data[0] == propar.WRITE_SILENTLY
        return b"" if silent else bytes([propar.STATUS, Status.OK, len(data) % 256]), {}

    def _read(self, data: bytes) -> tuple[bytes, dict[str, Value]]:
        answer, values = bytes([propar.WRITE_SILENTLY]), dict[str, Value]()
        for wanted in propar.parse_read(data):
            parameter = self._find(wanted)
            told = parameter.read()
            answer += wanted.heading + propar.encode(told, wanted.kind, wanted.length)
            if channel := CHANNELS.get((wanted.process, wanted.parameter)):
                values[channel] = self._scaled(wanted.process, told)
        return answer, values

    def _write(self, written: propar.Written) -> None:
        parameter = self._find(written)
        if parameter.write is None or (parameter.secured and not self._unlocked):
            raise MessageError(Status.READ_ONLY, written.place)
        value = propar.decode(written.raw, written.kind, as_float=parameter.as_float)
        if not parameter.write(value):
            raise MessageError(Status.VALUE, written.place)

    def _find(self, wanted: propar.Wanted | propar.Written) -> Parameter:
        if wanted.process not in {process for process, _ in self._parameters}:
            raise MessageError(Status.PROCESS, wanted.place)
        parameter = self._parameters.get((wanted.process, wanted.parameter))
        if parameter is None:
            raise MessageError(Status.PARAMETER, wanted.place)
        if parameter.kind != wanted.kind:
            raise MessageError(Status.TYPE, wanted.place)
        return parameter

    def _channel(self, name: str) -> Value:
        key = next(key for key, channel in CHANNELS.items() if channel == name)
        return self._scaled(key[0], self._parameters[key].read())

    def _scaled(self, process: int, told: Data) -> Value:
        return told / (FULL // 100) if process == 1 and isinstance(told, int) else told

    def _table(self) -> dict[tuple[int, int], Parameter]:
        line, options = self.line, self._options
        share = self._share
        texts = {(1, 31): options.flow_unit, (1, 17): options.fluid, (113, 1): "DMFC"}
        texts |= {(113, 2): "F-201CV-10K-AGD-22-V", (113, 3): options.serial_number}
        texts |= {(113, 5): "V1.10b"}
        table = {key: Parameter(STRING, lambda text=text: text) for key, text in texts.items()}
        table |= {(1, index): self._constant(index) for index in self._constants}
        return table | {
            (0, 0): Parameter(STRING, lambda: "7SNM6212345A", self._set_wink),
            (0, 10): Parameter(INT8, lambda: UNLOCK if self._unlocked else LOCK, self._set_init),
            (1, 0): Parameter(INT16, lambda: round(share(line.flow) * FULL)),
            (1, 1): Parameter(INT16, lambda: round(share(line.setpoint) * FULL), self._set_share),
            (1, 4): Parameter(INT8, lambda: 0, lambda value: value == 0),
            (1, 13): Parameter(
                INT32, lambda: self._capacity, self._set_capacity, as_float=True, secured=True
            ),
            (1, 20): Parameter(INT8, lambda: ALARM_RESPONSE * self.happening("no-supply")),
            (33, 0): Parameter(INT32, lambda: share(line.flow) * self._capacity, as_float=True),
            (33, 3): Parameter(
                INT32, lambda: share(line.setpoint) * self._capacity, self._set_flow, as_float=True
            ),
            (33, 7): Parameter(INT32, lambda: line.temperature, as_float=True),
            (104, 1): Parameter(INT32, lambda: share(line.total) * self._capacity, as_float=True),
            (113, 6): Parameter(STRING, lambda: self._tag, self._set_tag, secured=True),
            (113, 12): Parameter(INT8, lambda: IDENTIFICATION_MFC),
            (114, 1): Parameter(INT32, lambda: int(line.valve * 0xFFFFFF)),
        }

    def _constant(self, index: int) -> Parameter:
        def write(value: Data) -> bool:
            self._constants[index] = float(value)
            return True

        return Parameter(INT32, lambda: self._constants[index], write, as_float=True, secured=True)

    @staticmethod
    def _share(percent: float) -> float:
        return min(max(percent / 100, 0.0), HIGHEST_MEASURE / FULL)

    def _set(self, percent: float) -> None:
        self.line.setpoint = percent

    def _set_share(self, value: Data) -> bool:
        return self._set_flow(float(value) / FULL * self._capacity)

    def _set_flow(self, value: Data) -> bool:
        percent = float(value) / self._capacity * 100
        if not 0 <= percent <= 100:  # noqa: PLR2004 - per cent; not a number fails as well
            return False
        self._set(percent)
        return True

    def _set_capacity(self, value: Data) -> bool:
        good = isinstance(value, float) and 1e-10 < value < 1e10  # noqa: PLR2004 - as in the list of parameters
        self._capacity = float(value) if good else self._capacity
        return good

    def _set_init(self, value: Data) -> bool:
        self._unlocked = value == UNLOCK
        return value in {UNLOCK, LOCK}

    def _set_wink(self, value: Data) -> bool:
        self._wink = str(value)
        return True

    def _set_tag(self, value: Data) -> bool:
        self._tag = str(value)
        return True


CHANNELS = {(1, 0): "flow", (1, 1): "setpoint", (1, 13): "capacity", (33, 7): "temperature"}
"""The channel that a parameter tells."""
