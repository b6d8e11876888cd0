"""Inputs that once broke a fuzz target: ``TARGET/NAME.txt``, what happened, then the bytes.

The first lines begin with ``#`` and say what went wrong; the rest is hexadecimal.
"""

import importlib
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


@pytest.mark.parametrize("path", sorted(HERE.glob("*/*.txt")), ids=lambda path: path.stem)
def test_it_does_not_come_back(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    module: Any = importlib.import_module(f"tests.fuzz.{path.parent.name}")
    module.target(bytes.fromhex("".join(lines)))
