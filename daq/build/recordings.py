"""The traffic of the buses, for whoever looks into an incident."""

from collections.abc import Callable

from daq.build.setup import Setup
from daq.config.bus import SerialBus, TcpBus
from daq.control.recording import BusRecording, RecordingRequest
from daq.control.server import RefusedError
from daq.daemon.running import Running
from drivers.recording.piece import About, Framing, LineSettings


def about_bus(setup: Setup, name: str) -> About:
    """What a recording says of the bus it is of."""
    bus = setup.config.bus[name]
    if isinstance(bus, TcpBus):
        line = LineSettings(address=bus.address)
    else:
        assert isinstance(bus, SerialBus)  # noqa: S101 - there are two kinds
        serial = bus.serial
        line = LineSettings(
            port=bus.port,
            baud=serial.baud,
            data_bits=serial.data_bits,
            parity=serial.parity,
            stop_bits=serial.stop_bits,
        )
    return About(bus=name, framing=_framing(setup, name), line=line)


def recordings(running: Running) -> Callable[[RecordingRequest], BusRecording]:
    """Answers the command ``recording`` of the control socket."""

    def answer(request: RecordingRequest) -> BusRecording:
        poller = running.buses.get(request.bus)
        if poller is None:
            known = ", ".join(running.buses.names)
            raise RefusedError(f"no bus {request.bus!r}; there are: {known}")
        after = poller.ring.end if request.after < 0 else request.after
        return BusRecording(about_bus(running.setup, request.bus), poller.ring.page(after))

    return answer


def _framing(setup: Setup, name: str) -> Framing:
    members = setup.members(name).values()
    protocols = {setup.profile(item).profile.protocol for item in members}
    if "modbus" in protocols:
        return setup.config.bus[name].framing
    return "text" if protocols <= {"text"} else "binary"
