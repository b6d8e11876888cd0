"""Makes the demonstration's own copy of its configuration: own folder, own free ports."""

import re
import socket
from importlib.resources import files
from pathlib import Path

from daq.demo.broker import HOST, DemoUnavailableError

_VARIABLE = re.compile(r'"\$\{(\w+):-(\d+)\}"|\$\{(\w+):-([^}]*)\}')
"""A variable: alone in quotes with a number for default, or anywhere in a string."""
_CHECKOUT = Path(__file__).parents[2] / "config" / "demo.toml"


def demo_source() -> str:
    """The text of config/demo.toml, from the checkout or from the installed package.

    Raises:
        DemoUnavailableError: it is in neither.
    """
    if _CHECKOUT.is_file():
        return _CHECKOUT.read_text("utf-8")
    packaged = files("daq.demo").joinpath("demo.toml")
    if packaged.is_file():
        return packaged.read_text("utf-8")
    raise DemoUnavailableError(f"no demo.toml at {_CHECKOUT} nor in the installed package")


def write_demo_config(source: str, folder: Path) -> Path:
    """Fill in the variables: the folder, and a free loopback port wherever a port is one.

    The copy needs no environment any more: `daq tail -c COPY` works from another terminal.
    """
    chosen: dict[str, str] = {"DAQ_DEMO_DIR": str(folder)}

    def fill(match: re.Match[str]) -> str:
        name, default = (group for group in match.groups() if group is not None)
        if name.endswith("_PORT"):
            chosen.setdefault(name, str(_free_port()))
        return chosen.get(name, default)

    path = folder / "demo.toml"
    path.write_text(_VARIABLE.sub(fill, source), "utf-8")
    return path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
