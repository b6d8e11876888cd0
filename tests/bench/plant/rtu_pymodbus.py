"""pymodbus's serial client, asking again and again: ``... PORT BAUD REGISTERS``."""

import asyncio
import logging
import sys

from pymodbus.client import AsyncModbusSerialClient


async def main(port: str, baud: int, registers: int) -> None:
    """Ask until terminated."""
    logging.disable()
    client = AsyncModbusSerialClient(port, baudrate=baud, timeout=3, retries=0)
    await client.connect()
    while True:
        await client.read_input_registers(0, count=registers, device_id=1)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
