"""Each folder is a configuration somebody got wrong, and what they are told."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from daq.config import examine
from daq.config.catalogue import Registry

HERE = Path(__file__).parent
CASES = sorted(path.parent.name for path in HERE.glob("*/config.toml"))
PASSPHRASE = ("correct horse", "correct-horse")


class SixInstruments(Registry):
    """What is told about an unknown profile shall not change with every profile that comes."""

    def names(self) -> Sequence[str]:
        return (
            "eastron-sdm630",
            "eurotherm-3000",
            "keithley-2000",
            "mettler-sics",
            "pta8c04",
            "vaisala-hmt330",
        )


@pytest.mark.parametrize("case", CASES)
def test_config_case(case: str) -> None:
    folder = HERE / case
    text = told(folder)
    assert text == (folder / "expected.txt").read_text("utf-8")
    assert not any(part in text for part in PASSPHRASE)


def told(folder: Path) -> str:
    """What is said about a configuration, with the folder left out."""
    examined = examine(folder / "config.toml", environ={}, catalogue=SixInstruments())
    assert (examined.config is None) == bool(examined.errors)
    warnings = [f"warning: {problem}" for problem in examined.warnings]
    text = "\n".join([*map(str, examined.errors), *warnings, ""])
    return text.replace(f"{folder}/", "").replace(str(folder), "")
