"""Clients of mass-flow controllers by others, run as a process: prints what they found as JSON.

    python gas_clients.py alicat PLACE        the package alicat (numat), GPL-2.0
    python gas_clients.py propar PLACE NODE   the package bronkhorst-propar (Bronkhorst), MIT

PLACE is a device's path or host:port. Both keep threads or tasks, so a process is theirs.
"""

import asyncio
import importlib
import json
import os
import sys
from typing import Any


async def alicat(place: str) -> dict[str, object]:
    """Read, set a flow, choose a gas, lock and hold; read again."""
    package: Any = importlib.import_module("alicat")
    patience = {"timeout": 5.0}
    async with package.FlowController(place, "A", **patience) as controller:
        first = await controller.get()
        await controller.set_flow_rate(5.0)
        await controller.set_gas("Ar")
        await controller.lock()
        await asyncio.sleep(3)
        second = await controller.get()
        locked = await controller.is_locked()
        await controller.unlock()
        await controller.hold()
        firmware = await controller.get_firmware()
    return {"first": first, "second": second, "locked": locked, "firmware": firmware}


def propar(place: str, node: int) -> dict[str, object]:
    """Read single and chained parameters, write some, and be refused."""
    package: Any = importlib.import_module("propar")
    serial: Any = importlib.import_module("serial")

    def opened(port: str, baud: int, **settings: float) -> object:
        if os.path.exists(port):  # noqa: PTH110 - the path of a device
            return serial.Serial(port, baud, **settings)
        return serial.serial_for_url(f"socket://{port}", **settings)

    instrument = package.instrument(place, node, serial_class=opened)
    instrument.master.propar.mode = package.PP_MODE_ASCII
    instrument.master.response_timeout = 5.0
    chained = instrument.read_parameters(instrument.db.get_parameters([8, 9, 21, 129, 25, 205]))
    found: dict[str, object] = {
        "measure": instrument.measure,
        "setpoint": instrument.setpoint,
        "serial": instrument.readParameter(92),
        "chained": {each["parm_name"]: each["data"] for each in chained},
        "written": instrument.writeParameter(9, 16000),
        "too_much": instrument.writeParameter(9, 40000),
        "read_only": instrument.writeParameter(8, 1),
        "floated": instrument.writeParameter(206, 1.0),
        "setpoint_after": instrument.readParameter(9),
        "temperature": instrument.readParameter(142),
        "nowhere": package.instrument(place, node + 1).readParameter(8),
    }
    instrument.master.stop()
    return found


def main() -> None:
    """Run the client named first."""
    which, place, *rest = sys.argv[1:]
    found = asyncio.run(alicat(place)) if which == "alicat" else propar(place, int(rest[0]))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
