"""Profiles of other packages, found by their entry points in real distributions on the path."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.errors import ProfileError
from drivers.found import BUNDLED, profile_files
from drivers.registry import available_profiles, load_profile


@pytest.fixture
def site_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of installed packages."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    importlib.invalidate_caches()
    profile_files.cache_clear()
    yield tmp_path
    profile_files.cache_clear()
    for name in [name for name in sys.modules if name.startswith("acme_daq")]:
        del sys.modules[name]


def _install(folder: Path, offers: str) -> Path:
    """A package acme_daq with one profile, installed as pip would leave it."""
    package = folder / "acme_daq"
    package.mkdir()
    (package / "__init__.py").touch()
    information = folder / "acme_daq-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-daq\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(f"[lab_daq.profiles]\nacme = {offers}\n")
    return package


def _profile(name: str) -> str:
    source = (BUNDLED / "keithley-2000.toml").read_text("utf-8")
    return source.replace('name = "keithley-2000"', f'name = "{name}"')


def test_a_profile_of_another_package_is_found_by_name(site_packages: Path) -> None:
    package = _install(site_packages, "acme_daq")
    (package / "acme-meter.toml").write_text(_profile("acme-meter"), "utf-8")
    (package / "readme.txt").write_text("not a profile")
    assert "acme-meter" in available_profiles()
    assert load_profile("acme-meter").name == "acme-meter"
    assert "keithley-2000" in available_profiles()


def test_a_package_that_cannot_be_imported_is_said_and_not_passed_over(site_packages: Path) -> None:
    _install(site_packages, "acme_daq.profiles")
    with pytest.raises(ProfileError, match=r"acme_daq\.profiles, which cannot be imported"):
        available_profiles()


def test_two_profiles_of_one_name_are_refused(site_packages: Path) -> None:
    package = _install(site_packages, "acme_daq")
    (package / "keithley-2000.toml").write_text(_profile("keithley-2000"), "utf-8")
    with pytest.raises(ProfileError, match="rename or remove one"):
        available_profiles()
