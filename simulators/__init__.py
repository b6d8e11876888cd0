"""Simulated laboratory instruments that speak on real ptys and TCP ports.

    with simulators.simulated("mettler-sics", "pty") as sim:
        balance = my_driver(sim.port)
        sim.device.operate("load", 100.0)
        sim.inject("silence", duration=2.0)

    async with simulators.running_lab(Path("lab.toml")) as lab:
        port = lab.address("balance")

Nothing in here needs the daemon or its drivers. Importing the package is cheap: its parts are
imported when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulators.control.client import ControlClient
    from simulators.device import Device, Value
    from simulators.devices import models
    from simulators.errors import (
        NotRunningError,
        OperationError,
        RecordingError,
        ScenarioError,
        SimulatorError,
        WireError,
    )
    from simulators.faults import Fault
    from simulators.injection import Injection
    from simulators.inventory import DeviceInfo, DeviceState, WireInfo
    from simulators.lab import Lab
    from simulators.limits import FASTEST
    from simulators.replay.player import Surprise
    from simulators.replay.recording import Recording, read_recording
    from simulators.replay.serve import serve_replay
    from simulators.replay.stage import Replay, replaying
    from simulators.run import run_lab, running_lab, serve
    from simulators.scenario import parse_scenario, read_scenario
    from simulators.served import Served
    from simulators.specs import Scenario
    from simulators.standalone import Simulated, simulated, single
    from simulators.thread import ThreadedLab

__all__ = [
    "FASTEST",
    "ControlClient",
    "Device",
    "DeviceInfo",
    "DeviceState",
    "Fault",
    "Injection",
    "Lab",
    "NotRunningError",
    "OperationError",
    "Recording",
    "RecordingError",
    "Replay",
    "Scenario",
    "ScenarioError",
    "Served",
    "Simulated",
    "SimulatorError",
    "Surprise",
    "ThreadedLab",
    "Value",
    "WireError",
    "WireInfo",
    "models",
    "parse_scenario",
    "read_recording",
    "read_scenario",
    "replaying",
    "run_lab",
    "running_lab",
    "serve",
    "serve_replay",
    "simulated",
    "single",
]

_HOMES = {
    "control.client": ("ControlClient",),
    "device": ("Device", "Value"),
    "devices": ("models",),
    "errors": (
        "NotRunningError",
        "OperationError",
        "RecordingError",
        "ScenarioError",
        "SimulatorError",
        "WireError",
    ),
    "faults": ("Fault",),
    "injection": ("Injection",),
    "inventory": ("DeviceInfo", "DeviceState", "WireInfo"),
    "lab": ("Lab",),
    "limits": ("FASTEST",),
    "replay.player": ("Surprise",),
    "replay.recording": ("Recording", "read_recording"),
    "replay.serve": ("serve_replay",),
    "replay.stage": ("Replay", "replaying"),
    "run": ("run_lab", "running_lab", "serve"),
    "scenario": ("parse_scenario", "read_scenario"),
    "specs": ("Scenario",),
    "served": ("Served",),
    "standalone": ("Simulated", "simulated", "single"),
    "thread": ("ThreadedLab",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Import the part that has a name of this package, the first time it is asked for."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = found
    return found
