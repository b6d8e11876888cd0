"""A child process: the meter of the package dlt645 on a free TCP port, until its input ends.

It prints the port; the arguments are its address and items with their values: 02010100=230.5.
"""

import importlib
import sys
from typing import Any


def main() -> None:
    meter, *items = sys.argv[1:]
    service: Any = importlib.import_module("dlt645").MeterServerService
    server = service.new_tcp_server("127.0.0.1", 0, 5.0)
    server.set_address(meter)
    for text in items:
        item, _, value = text.partition("=")
        if item.startswith("04"):
            server.set_04(int(item, 16), value)
        else:
            setter = server.set_00 if item.startswith("00") else server.set_02
            setter(int(item, 16), float(value))
    with server:
        sys.stdout.write(f"{server.server.port}\n")
        sys.stdout.flush()
        sys.stdin.read()


main()
