"""Simulated laboratory instruments that speak on real ptys and TCP ports.

    async with simulators.running_lab(Path("lab.toml")) as lab:
        port = lab.address("balance")
        lab.inject("balance", "silence", duration=2.0)

Nothing in here needs the daemon or its drivers.
"""

from simulators.device import Device, Value
from simulators.devices import models
from simulators.errors import (
    NotRunningError,
    OperationError,
    ScenarioError,
    SimulatorError,
    WireError,
)
from simulators.faults import Fault
from simulators.injection import Injection
from simulators.inventory import DeviceInfo, DeviceState, WireInfo
from simulators.lab import Lab
from simulators.run import run_lab, running_lab, serve
from simulators.scenario import Scenario, parse_scenario, read_scenario
from simulators.served import Served

__all__ = [
    "Device",
    "DeviceInfo",
    "DeviceState",
    "Fault",
    "Injection",
    "Lab",
    "NotRunningError",
    "OperationError",
    "Scenario",
    "ScenarioError",
    "Served",
    "SimulatorError",
    "Value",
    "WireError",
    "WireInfo",
    "models",
    "parse_scenario",
    "read_scenario",
    "run_lab",
    "running_lab",
    "serve",
]
