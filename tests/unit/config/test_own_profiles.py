"""The laboratory's own profiles, in a folder the configuration names."""

from pathlib import Path

from daq.config import examine
from drivers.found import BUNDLED

CONFIG = """
[site]
name = "x"
[profiles]
folder = "mine"
[bus.line]
address = "192.168.1.20:4001"
[instrument.meter]
profile = "{profile}"
bus = "line"
group.all = {{ interval = "1s" }}
"""


def _examined(folder: Path, profile: str) -> tuple[str, str]:
    (folder / "mine").mkdir(exist_ok=True)
    source = (BUNDLED / "keithley-2000.toml").read_text("utf-8")
    (folder / "mine" / "our-meter.toml").write_text(
        source.replace('name = "keithley-2000"', 'name = "our-meter"'), "utf-8"
    )
    path = folder / "daq.toml"
    path.write_text(CONFIG.format(profile=profile), "utf-8")
    examined = examine(path, environ={})
    chosen = examined.config.instrument["meter"].profile if examined.config else ""
    return chosen, "\n".join(map(str, examined.errors))


def test_a_profile_of_the_folder_is_used_by_its_name(tmp_path: Path) -> None:
    chosen, errors = _examined(tmp_path, "our-meter")
    assert not errors
    assert chosen == str(tmp_path / "mine" / "our-meter.toml")


def test_bundled_profiles_are_there_as_well(tmp_path: Path) -> None:
    assert _examined(tmp_path, "keithley-2000") == ("keithley-2000", "")


def test_a_slip_is_told_with_the_nearest_of_ones_own(tmp_path: Path) -> None:
    _, errors = _examined(tmp_path, "our-metre")
    assert 'no profile "our-metre" (did you mean "our-meter"?)' in errors
