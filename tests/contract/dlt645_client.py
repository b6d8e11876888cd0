"""A child process: reads items of a meter with the package dlt645 and prints them as JSON.

Arguments: the pty's path or host:port, the meter's address, the items in hexadecimal.
"""

import importlib
import json
import sys
from typing import Any

TIMEOUT = 5.0


def main() -> None:
    place, meter, *items = sys.argv[1:]
    service: Any = importlib.import_module("dlt645").MeterClientService
    if place.startswith("/"):
        client = service.new_rtu_client(place, 9600, 8, 1, "N", TIMEOUT)
    else:
        host, _, port = place.rpartition(":")
        client = service.new_tcp_client(host, int(port), TIMEOUT)
    client.set_address(meter)
    readers = {"00": client.read_00, "02": client.read_02, "04": client.read_04}
    found = {item: readers[item[:2]](int(item, 16)) for item in items}
    values = {item: None if data is None else data.value for item, data in found.items()}
    values["address"] = client.read_address().value
    sys.stdout.write(json.dumps(values))


main()
