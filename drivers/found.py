"""Which profiles there are: the bundled ones, and those other packages offer.

A package offers the ``.toml`` files of one of its own packages by an entry point::

    [project.entry-points."lab_daq.profiles"]
    acme = "acme_daq.profiles"
"""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from pathlib import Path

from drivers.errors import ProfileError

BUNDLED = Path(__file__).parent / "profiles"
"""Where the profiles that come with this package are."""

GROUP = "lab_daq.profiles"
"""The group of entry points under which packages offer profiles."""


@cache
def profile_files() -> dict[str, Path]:
    """The file of each profile by name, sorted. Packages are asked once a process.

    Raises:
        ProfileError: a package that offers profiles cannot be imported, or offers one under a
            name that is taken.
    """
    found = {path.stem: path for path in BUNDLED.glob("*.toml")}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        for path in _offered(entry):
            if path.stem in found:
                raise ProfileError(
                    f"profile {path.stem!r} of {entry.value} has the name of "
                    f"{found[path.stem]}; rename or remove one"
                )
            found[path.stem] = path
    return dict(sorted(found.items()))


def _offered(entry: EntryPoint) -> list[Path]:
    try:
        folder = files(entry.value)
    except (ImportError, TypeError) as error:
        raise ProfileError(
            f"the entry point {entry.name!r} offers profiles in {entry.value}, which cannot be "
            f"imported: {error}; reinstall or remove that package"
        ) from error
    # Profiles are opened by path; a package inside a zip archive has none.
    return [path for item in folder.iterdir() if (path := Path(str(item))).suffix == ".toml"]
