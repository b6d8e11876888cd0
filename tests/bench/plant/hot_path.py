"""The way of a scan through the daemon without anything that waits."""

from collections.abc import Callable

from daq.deliver.lineprotocol import Encoder
from daq.deliver.mqtt_payload import Composer
from daq.journal.codec import ScanCodec
from daq.journal.entry import Scan
from drivers.modbus.convert import sample
from drivers.modbus.driver import ModbusDriver
from drivers.modbus.profile import ModbusProfile
from drivers.model import Status
from tests.bench.plant.scans import made_scans

REGISTERS = 50
DATA = bytes(range(2 * REGISTERS))


def pieces() -> dict[str, Callable[[], object]]:
    """What is done with one scan of 50 registers, by name."""
    scan = made_scans(1, REGISTERS)[0]
    codec, composer, encoder = ScanCodec(REGISTERS), Composer("lab", "bench"), Encoder("bench")
    return {
        "decode": _decoding(),
        "journal": lambda: codec.encode(scan.values, scan.statuses),
        "mqtt": lambda: _message(composer, scan),
        "line": lambda: encoder.encode(scan),
    }


def _message(composer: Composer, scan: Scan) -> object:
    return composer.scan(scan, historical=False, retain=True)


def _decoding() -> Callable[[], tuple[tuple[object, ...], tuple[Status, ...]]]:
    channels = {
        f"c{number:02}": {"function": 4, "register": number, "type": "uint16"}
        for number in range(REGISTERS)
    }
    head = {"name": "bench", "manufacturer": "m", "model": "m", "protocol": "modbus"}
    profile = ModbusProfile.model_validate(
        {
            "profile": {**head, "source": ["made for the benchmark"]},
            "modbus": {"byte_order": "big", "word_order": "big"},
            "channel": channels,
        }
    )
    plan = ModbusDriver(profile, 1, tcp=True).plan(list(channels))
    (decoder,) = plan.decoders

    def decode() -> tuple[tuple[object, ...], tuple[Status, ...]]:
        slots = plan.blank()
        decoder.unpack(DATA, slots)
        return sample(plan.outputs, slots)

    return decode
