"""pymeasure (MIT) on pyvisa-py (MIT), run as a process: prints what it found as JSON.

    python bench_clients.py hp34401a RESOURCE
    python bench_clients.py lakeshore RESOURCE

RESOURCE is ASRL<path>::INSTR or TCPIP::<host>::<port>::SOCKET.
"""

import importlib
import json
import sys
import time
from typing import Any

LINE = {
    "visa_library": "@py",
    "read_termination": "\r\n",
    "write_termination": "\r\n",
    "timeout": 20000,
}


def hp34401a(resource: str) -> dict[str, object]:
    """Measure, set up, trigger and fetch; then wrong on purpose."""
    module: Any = importlib.import_module("pymeasure.instruments.hp")
    meter = module.HP34401A(resource, **LINE)
    meter.remote_control_enabled = True
    found: dict[str, object] = {"id": meter.id, "function": meter.function_}
    found["reading"] = meter.reading
    meter.function_ = "R2W"
    found |= {"new_function": meter.function_, "resistance": meter.reading}
    meter.function_ = "DCV"
    meter.range_ = 100
    meter.nplc = 1
    meter.autozero_enabled = False
    meter.sample_count = 3
    found |= {"range": meter.range_, "nplc": meter.nplc, "autozero": meter.autozero_enabled}
    meter.init_trigger()
    found["stored"] = meter.stored_reading
    found |= {"count": meter.stored_readings_count, "terminals": meter.terminals_used}
    meter.trigger_source = "IMM"
    found["source"] = meter.trigger_source
    found["errors"] = [list(each) for each in meter.check_errors()]
    meter.write("NONSENSE")
    found["wrong"] = meter.ask("SYST:ERR?")
    meter.adapter.close()
    return found


def lakeshore(resource: str) -> dict[str, object]:
    """Read two inputs, move the set point of output 1, switch its heater."""
    module: Any = importlib.import_module("pymeasure.instruments.lakeshore.lakeshore3xx")
    controller = module.LakeShore3xx(resource, **LINE)
    found: dict[str, object] = {"id": controller.id}
    for name in ("A", "B"):
        time.sleep(0.06)
        found[f"kelvin_{name}"] = getattr(controller, f"input_{name}").kelvin
    time.sleep(0.06)
    output = controller.output_1
    output.setpoint = 12.5
    time.sleep(0.06)
    found["setpoint"] = output.setpoint
    time.sleep(0.06)
    output.range = "high"
    time.sleep(0.06)
    found["range"] = output.range
    time.sleep(0.06)
    found["output"] = output.output
    controller.adapter.close()
    return found


def main() -> None:
    """Run the client named first."""
    which, resource = sys.argv[1:]
    found = {"hp34401a": hp34401a, "lakeshore": lakeshore}[which](resource)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
