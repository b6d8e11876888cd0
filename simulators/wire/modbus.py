"""The Modbus front ends: RTU frames ended by silence, and Modbus TCP.

Frames and PDUs are coded by pymodbus, so that the simulators' reading of the protocol is not
the drivers'. What pymodbus does not decide is decided here after the "Modbus application
protocol specification" V1.1b3 (exception codes, section 7), "Modbus over serial line" V1.02
(silence of 3.5 characters ends a frame, 2.5.1.1; no answer to other units, to broadcasts or to
damaged frames, 2.4) and "Modbus messaging on TCP/IP" V1.0b (a gateway answers 0Bh for a unit
that does not respond; units 0 and 255 mean the device itself, 4.4.2.3).
"""

import logging
import struct
from abc import abstractmethod
from collections.abc import Mapping, Sequence

import msgspec
from pymodbus.exceptions import ModbusException
from pymodbus.framer import FramerRTU, FramerSocket
from pymodbus.pdu import DecodePDU, ExceptionResponse, ModbusPDU
from pymodbus.pdu.bit_message import ReadCoilsResponse, WriteSingleCoilResponse
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersResponse,
    ReadInputRegistersResponse,
    WriteMultipleRegistersRequest,
    WriteMultipleRegistersResponse,
    WriteSingleRegisterResponse,
)

from simulators.coils import ON, READ_COILS, WRITE_COIL, Coils
from simulators.device import Value
from simulators.faults import Framing
from simulators.registers import (
    ILLEGAL_FUNCTION,
    ILLEGAL_VALUE,
    READ_INPUT,
    WRITE_ONE,
    ModbusDevice,
    ModbusRefusal,
)
from simulators.wire.message import FrontEnd, HangUpError, Outgoing, Request, Station

# Without a handler of its own a warning of pymodbus would land on standard error.
logging.getLogger("pymodbus").addHandler(logging.NullHandler())

NO_RESPONSE = 0x0B
BROADCAST = 0
HIGHEST_UNIT = 247
ITSELF = (0, 255)
MBAP = 7
SHORTEST_RTU, LONGEST_RTU = 4, 256
LENGTHS_TCP = range(2, 255)
MOST_WRITTEN = 123
ERROR_BIT = 0x80
COIL_REQUEST = 5
"""Bytes of a request PDU of functions 1 and 5."""

_DECODER = DecodePDU(is_server=True)
_RTU = FramerRTU(_DECODER)
_TCP = FramerSocket(_DECODER)


class Unit(msgspec.Struct, frozen=True):
    """A Modbus device as a station of the wire."""

    station: Station
    device: ModbusDevice


class Response(msgspec.Struct, frozen=True):
    """A PDU in answer, what was asked in words, and the channels told."""

    pdu: ModbusPDU
    request: str
    values: dict[str, Value] = {}


def respond(device: ModbusDevice, body: bytes) -> Response:
    """Let a device answer a request PDU (function code and data)."""
    function = body[0]
    try:
        return _execute(device, function, body)
    except ModbusRefusal as refusal:
        request = f"function {function}, exception {refusal.code}"
        return Response(ExceptionResponse(function, refusal.code), request)


def _execute(device: ModbusDevice, function: int, body: bytes) -> Response:
    if device.coils is not None and function in (READ_COILS, WRITE_COIL):
        return _coils(device.coils, function, body)
    if function not in device.readable and function not in device.writable:
        raise ModbusRefusal(ILLEGAL_FUNCTION)
    pdu = _DECODER.decode(body)
    if pdu is None:
        raise ModbusRefusal(ILLEGAL_VALUE)
    if function in device.writable:
        return _write(device, function, pdu)
    reading = device.readable[function].read(pdu.address, pdu.count)
    kind = ReadInputRegistersResponse if function == READ_INPUT else ReadHoldingRegistersResponse
    request = f"read {function} 0x{pdu.address:04x} +{pdu.count}"
    return Response(kind(registers=reading.words), request, reading.values)


def _coils(coils: Coils, function: int, body: bytes) -> Response:
    pdu = _DECODER.decode(body) if len(body) == COIL_REQUEST else None
    if pdu is None:
        raise ModbusRefusal(ILLEGAL_VALUE)
    if function == READ_COILS:
        states = list(coils.read(pdu.address, pdu.count))
        request = f"read {function} 0x{pdu.address:04x} +{pdu.count}"
        return Response(ReadCoilsResponse(bits=states), request)
    value = int.from_bytes(body[3:], "big")  # the codec takes whatever is not off for on
    coils.write(pdu.address, value)
    request = f"write {function} 0x{pdu.address:04x} {value:04x}"
    return Response(WriteSingleCoilResponse(address=pdu.address, bits=[value == ON]), request)


def _write(device: ModbusDevice, function: int, pdu: ModbusPDU) -> Response:
    words: Sequence[int] = pdu.registers
    if isinstance(pdu, WriteMultipleRegistersRequest):
        right = 1 <= pdu.count <= MOST_WRITTEN and pdu.count == len(words)
        if not right or pdu.byte_count != 2 * pdu.count:
            raise ModbusRefusal(ILLEGAL_VALUE)
    device.writable[function].write(pdu.address, words)
    request = f"write {function} 0x{pdu.address:04x} +{len(words)}"
    if function == WRITE_ONE:
        answer: ModbusPDU = WriteSingleRegisterResponse(address=pdu.address, registers=words)
    else:
        answer = WriteMultipleRegistersResponse(address=pdu.address, count=len(words))
    return Response(answer, request)


class ModbusFrontEnd(FrontEnd):
    """One client's requests to the units of the wire."""

    def __init__(self, units: Mapping[int, Unit]) -> None:
        self._units = units
        self._buffer = bytearray()

    @abstractmethod
    def _frame(self, pdu: bytes, unit: int, transaction: int) -> bytes: ...

    def _outgoing(self, unit: Unit, body: bytes, address: int, transaction: int) -> Outgoing:
        response = respond(unit.device, body)
        pdu = bytes([response.pdu.function_code]) + response.pdu.encode()
        data = self._frame(pdu, address, transaction)
        return Outgoing(unit.station, data, response.request, response.values)


class RtuFrontEnd(ModbusFrontEnd):
    """RTU frames, on a serial line or over TCP."""

    framing: Framing = "rtu"

    def feed(self, data: bytes) -> list[Request]:
        """Take bytes; a frame of known length with a right checksum ends itself.

        Neither pty nor TCP carries silence: requests that have come together after a delay
        somewhere are told apart by their lengths.
        """
        self._buffer.extend(data)
        requests: list[Request] = []
        while size := _first_frame(bytes(self._buffer[:LONGEST_RTU])):
            requests.append(self._request(bytes(self._buffer[:size])))
            del self._buffer[:size]
        return requests

    @property
    def pending(self) -> bool:
        """True when bytes wait for silence to end them."""
        return bool(self._buffer)

    def silence(self) -> list[Request]:
        """What has arrived is a frame, or it is noise."""
        frame = bytes(self._buffer)
        self._buffer.clear()
        if not SHORTEST_RTU <= len(frame) <= LONGEST_RTU or not _checks(frame):
            return []
        return [self._request(frame)]

    def _request(self, frame: bytes) -> Request:
        return Request(len(frame), lambda: self._answer(frame[0], frame[1:-2]))

    def _answer(self, address: int, body: bytes) -> Outgoing | None:
        if address == BROADCAST:
            self._broadcast(body)
            return None
        unit = self._units.get(address)
        if unit is None or body[0] & ERROR_BIT:
            return None
        return self._outgoing(unit, body, address, 0)

    def _broadcast(self, body: bytes) -> None:
        for unit in self._units.values():
            if body[0] in unit.device.writable or body[0] == WRITE_COIL:
                respond(unit.device, body)

    def _frame(self, pdu: bytes, unit: int, transaction: int) -> bytes:
        return _RTU.encode(pdu, unit, transaction)


class TcpFrontEnd(ModbusFrontEnd):
    """Modbus TCP: frames with the MBAP header."""

    framing: Framing = "tcp"

    def feed(self, data: bytes) -> list[Request]:
        """Take bytes; a header that is none ends the connection."""
        self._buffer.extend(data)
        requests: list[Request] = []
        while len(self._buffer) >= MBAP:
            protocol, length = struct.unpack_from(">HH", self._buffer, 2)
            if protocol or length not in LENGTHS_TCP:
                raise HangUpError
            size = length + MBAP - 1
            if len(self._buffer) < size:
                break
            frame = bytes(self._buffer[:size])
            del self._buffer[:size]
            requests.append(Request(size, lambda frame=frame: self._answer(frame)))
        return requests

    def _answer(self, frame: bytes) -> Outgoing | None:
        _, address, transaction, body = _TCP.decode(frame)
        unit = self._find(address)
        if not body or body[0] & ERROR_BIT:
            return None
        if unit is not None:
            return self._outgoing(unit, body, address, transaction)
        refusal = ExceptionResponse(body[0], NO_RESPONSE)
        pdu = bytes([refusal.function_code]) + refusal.encode()
        station = next(iter(self._units.values())).station
        return Outgoing(station, self._frame(pdu, address, transaction), "foreign unit", {})

    def _find(self, address: int) -> Unit | None:
        if address in ITSELF and len(self._units) == 1:
            return next(iter(self._units.values()))
        return self._units.get(address)

    def _frame(self, pdu: bytes, unit: int, transaction: int) -> bytes:
        return _TCP.encode(pdu, unit, transaction)


def of_another(data: bytes, framing: Framing) -> bytes:
    """The same reply as if the unit with the next address had sent it, checksum and all."""
    place = MBAP - 1 if framing == "tcp" else 0
    changed = data[:place] + bytes([data[place] % HIGHEST_UNIT + 1]) + data[place + 1 :]
    if framing == "tcp":
        return changed
    return changed[:-2] + FramerRTU.compute_CRC(changed[:-2]).to_bytes(2, "big")


def _first_frame(data: bytes) -> int:
    """The length of the frame that the data begin with; 0 when it is not known, or damaged."""
    try:
        _, _, _, body = _RTU.decode(data)
    except (ModbusException, ValueError, IndexError, struct.error):
        return 0
    # The codec also finds a frame behind noise, which a device on a line would not.
    return len(body) + 3 if body and data.startswith(body, 1) else 0


def _checks(frame: bytes) -> bool:
    return FramerRTU.check_CRC(frame[:-2], int.from_bytes(frame[-2:], "big"))
