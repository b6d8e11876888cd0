"""One row of the fault matrix as data: its name, what happens, and to which laboratory."""

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

import msgspec

from tests.system.faults.audit.audit import Audit
from tests.system.faults.auditing import finish
from tests.system.faults.disk import small_disk
from tests.system.faults.laboratory import Laboratory, small_laboratory
from tests.system.faults.setting import Setting
from tests.system.faults.world import World
from tests.system.house import DAQ

Happen: TypeAlias = Callable[[World, random.Random], None]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What ``happen`` does to a daemon that is at work; ``expect`` are events that tell of it."""

    name: str
    what: str
    happen: Happen
    expect: tuple[str, ...] = ()
    require: Callable[[Audit], bool] | None = None
    """What the figures must show, so that the fault is known to have struck."""
    laboratory: Laboratory = small_laboratory()
    sinks: Mapping[str, Mapping[str, object]] = {}
    """Keys that are other than usual."""
    program: Sequence[str] = DAQ
    brokers: int = 1
    acl: Sequence[str] = ()
    """The broker's access list; none: everybody may do anything."""
    proxied: bool = False
    """Whether the network to the servers can be disturbed."""
    victoria: bool = False
    """Whether VictoriaMetrics is a third sink, by the v2 API."""
    disk: str = ""
    """Size of a file system of its own for the journal."""


BEFORE = 40
"""Entries at the witness before anything happens: the daemon is at work."""

AFTER = 60
"""Entries more at the witness after it: the daemon is at work again."""


def play(row: Row, folder: Path, seed: str) -> Audit:
    """Let it happen, and audit."""
    dice = random.Random(f"{seed}:{row.name}")
    with ExitStack() as stack:
        journal = folder
        if row.disk:
            journal = stack.enter_context(small_disk(folder / "disk", row.disk))
        setting = Setting(
            sinks=row.sinks,
            program=row.program,
            brokers=row.brokers,
            acl=row.acl,
            proxied=row.proxied,
            victoria=row.victoria,
            journal=journal / "journal.db",
        )
        world = stack.enter_context(World(folder, row.laboratory, setting))
        world.daemon.start()
        world.wait_entries(BEFORE)
        row.happen(world, dice)
        if not world.daemon.running:
            world.daemon.start()
        world.end_faults()
        world.wait_entries(AFTER)
        audit = finish(world, row.name, row.what)
    for kind in row.expect:
        if not audit.journal.events.get(kind):
            audit.problems.add(f"no event {kind} tells of it")
    if row.require is not None and not row.require(audit):
        audit.problems.add("it did not strike: the figures do not show it")
    return audit
