"""From the file on disk to what a reload would do, or to why it does nothing."""

from pathlib import Path

import msgspec

from daq.build.changes import changes, needs_restart
from daq.build.judge import judge
from daq.build.setup import Setup
from daq.build.target import Target, build_sinks
from daq.config.errors import SecretError
from daq.daemon.running import Step
from drivers.tomlfile import Document


class Prospect(msgspec.Struct, frozen=True, kw_only=True):
    """Where a reload would lead; without a ``step``, ``errors`` says why not."""

    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    step: Step | None = None


def look(path: Path, current: Target) -> Prospect:
    """Judge a configuration as `daq check` does, and compare it with what runs.

    Takes a while (files, libraries of new sinks): to be called in a thread.
    """
    judged = judge(path)
    if judged.errors or judged.setup is None:
        return Prospect(errors=judged.errors, warnings=judged.warnings)
    if fixed := _fixed(path, current.setup, judged.setup):
        return Prospect(errors=fixed, warnings=judged.warnings)
    try:
        step = _step(current, judged.setup)
    except SecretError as error:
        return Prospect(errors=(f"{path}: {error}",), warnings=judged.warnings)
    return Prospect(warnings=judged.warnings, step=step)


def _step(current: Target, setup: Setup) -> Step:
    target = Target.of(setup)
    todo = changes(current, target)
    return Step(target, todo, build_sinks(target, todo.sinks.beginning))


def _fixed(path: Path, current: Setup, new: Setup) -> tuple[str, ...]:
    """What differs and cannot be changed while the daemon runs, each at its line."""
    keys = needs_restart(current.config, new.config)
    if not keys:
        return ()
    document = Document.read(path)
    message, hint = "cannot be changed while the daemon runs", "restart the daemon"
    return tuple(str(document.problem(key, message, hint)) for key in keys)
