"""Is a configuration fit to run? Asked by `daq check`, at the start, and before a reload."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from daq.acquire.plan import PlanReport
from daq.build.demand import plan_of
from daq.build.setup import Setup
from daq.config.errors import ConfigError
from daq.config.load import Examined, examine
from drivers.errors import ProfileError


class Judged(msgspec.Struct, frozen=True):
    """What a file turned out to be.

    ``setup`` and ``report`` are None when the file is wrong; a schedule no line can carry leaves
    them, and is among the ``errors``.
    """

    examined: Examined
    setup: Setup | None = None
    report: PlanReport | None = None
    trouble: str = ""

    @property
    def errors(self) -> tuple[str, ...]:
        """Why it cannot run; one text each, with file and line as far as there is one."""
        planned = self.report.errors if self.report else ()
        found = (str(problem) for problem in self.examined.errors)
        return (*found, *planned, *filter(None, [self.trouble]))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is unwise."""
        planned = self.report.warnings if self.report else ()
        return (*map(str, self.examined.warnings), *planned)


def judge(path: Path, *, environ: Mapping[str, str] = os.environ) -> Judged:
    """Read a configuration and its profiles, and plan its buses. Touches no instrument."""
    examined = examine(path, environ=environ)
    if examined.config is None:
        return Judged(examined)
    try:
        setup = Setup.of(examined.config)
        return Judged(examined, setup, plan_of(setup))
    except (ProfileError, ConfigError) as error:  # it changed since it was examined
        return Judged(examined, trouble=str(error))
