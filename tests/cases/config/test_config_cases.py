"""Each folder is a configuration somebody got wrong, and what they are told."""

from pathlib import Path

import pytest

from daq.config import examine

HERE = Path(__file__).parent
CASES = sorted(path.parent.name for path in HERE.glob("*/config.toml"))
PASSPHRASE = ("correct horse", "correct-horse")


@pytest.mark.parametrize("case", CASES)
def test_config_case(case: str) -> None:
    folder = HERE / case
    text = told(folder)
    assert text == (folder / "expected.txt").read_text("utf-8")
    assert not any(part in text for part in PASSPHRASE)


def told(folder: Path) -> str:
    """What is said about a configuration, with the folder left out."""
    examined = examine(folder / "config.toml", environ={})
    assert (examined.config is None) == bool(examined.errors)
    warnings = [f"warning: {problem}" for problem in examined.warnings]
    text = "\n".join([*map(str, examined.errors), *warnings, ""])
    return text.replace(f"{folder}/", "").replace(str(folder), "")
