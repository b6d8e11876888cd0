"""Clients by way of VISA by others, run as a process: prints what they found as JSON.

    python visa_clients.py keithley RESOURCE   pymeasure's Keithley2000 (MIT) on pyvisa-py (MIT)
    python visa_clients.py queries RESOURCE COMMAND...   pyvisa on pyvisa-py

RESOURCE is ASRL<path>::INSTR or TCPIP::<host>::<port>::SOCKET.
"""

import importlib
import json
import sys
from typing import Any


def keithley(resource: str) -> dict[str, object]:
    """Measure with several functions, set one up, overflow on purpose."""
    module: Any = importlib.import_module("pymeasure.instruments.keithley")
    line = {"read_termination": "\n", "write_termination": "\n", "timeout": 10000}
    meter = module.Keithley2000(resource, visa_library="@py", **line)
    found: dict[str, object] = {"id": meter.id, "mode": meter.mode, "voltage": meter.voltage}
    meter.measure_resistance()
    found |= {"new_mode": meter.mode, "resistance": meter.resistance}
    meter.measure_current()
    found["current"] = meter.current
    meter.measure_frequency()
    found["frequency"] = meter.frequency
    meter.mode = "voltage"
    meter.voltage_nplc = 0.1
    meter.voltage_range = 1
    found |= {"nplc": meter.voltage_nplc, "range": meter.voltage_range, "over": meter.voltage}
    meter.auto_range("voltage")
    found["again"] = meter.voltage
    meter.beep_state = "disabled"
    found["beep"] = meter.beep_state
    found["errors"] = [list(each) for each in meter.check_errors()]
    meter.adapter.close()
    return found


def queries(resource: str, commands: list[str]) -> dict[str, object]:
    """Ask; commands without a question mark are only written."""
    pyvisa: Any = importlib.import_module("pyvisa")
    manager = pyvisa.ResourceManager("@py")
    line = {"read_termination": "\n", "write_termination": "\n", "timeout": 10000}
    with manager.open_resource(resource, **line) as session:
        found: dict[str, object] = {}
        for command in commands:
            if "?" in command:
                found[command] = session.query(command)
            else:
                session.write(command)
    manager.close()
    return found


def main() -> None:
    """Run the client named first."""
    which, resource, *commands = sys.argv[1:]
    found = keithley(resource) if which == "keithley" else queries(resource, commands)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
