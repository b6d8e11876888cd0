"""Every bundled profile is the first that a scan names for the simulator of its model."""

import asyncio

import pytest

from daq.scan.bounds import Bounds
from daq.scan.finding import Findings
from daq.scan.known import Known
from daq.scan.place import place_of
from daq.scan.plan import plan_scan
from daq.scan.search import Search
from drivers.registry import available_profiles, load_profile
from simulators import models, parse_scenario, running_lab

pytestmark = pytest.mark.alone
"""What does not answer within a time-out is not found."""

BOUNDS = Bounds(
    units=(1, 2),
    addresses=("1", "01", "A", "000012345678"),
    timeout=0.5,
    limit=300.0,
)
OPTIONS = {
    "dlt645-2007": 'address = "000012345678"',
    "bronkhorst-propar": "node = 1",
}


AT_ONCE = 8
"""Scans at a time: so few that a busy machine still answers for all within the time-out."""


def everything() -> list[Known]:
    return [Known(name, load_profile(name)) for name in available_profiles()]


async def scan(model: str) -> Findings:
    lab = f"""
    [lab]
    [lab.wire.line]
    tcp = "127.0.0.1:0"
    [lab.device.it]
    model = "{model}"
    wire = "line"
    {OPTIONS.get(model, "")}
    """
    known = everything()
    async with running_lab(parse_scenario(lab)) as running:
        place = place_of(running.address("it"))
        search = Search(place, plan_scan(place, known, BOUNDS), known, BOUNDS)
        await search.run()
    return search.findings


@pytest.mark.slow
async def test_every_model_is_found_by_its_profile() -> None:
    known = set(available_profiles())
    names = [name for name, _ in models() if name in known]
    assert len(names) >= 30
    room = asyncio.Semaphore(AT_ONCE)

    async def scanned(model: str) -> Findings:
        async with room:
            return await scan(model)

    found = dict(zip(names, await asyncio.gather(*map(scanned, names)), strict=True))
    best = {
        name: [each.matches[0].profile for each in findings.found if each.matches]
        for name, findings in found.items()
    }
    assert best == {name: [name] for name in names}
    assert [note for findings in found.values() for note in findings.notes] == []
