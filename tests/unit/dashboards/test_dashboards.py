"""The dashboards as they are provisioned: complete, readable from afar, gaps left as gaps."""

import re
from typing import Any

import pytest
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models import units as known_units
from grafana_foundation_sdk.models.dashboard import Dashboard

from config.dashboards.__main__ import FOLDER, texts
from config.dashboards.units import units
from drivers.model import Status
from tests.grafana import dashboards, panels

DASHBOARDS = dashboards()
PANELS = [
    pytest.param(panel, id=f"{name}-{panel['title']}")
    for name, dashboard in DASHBOARDS.items()
    for panel in panels(dashboard)
]
UNITS = {value for name, value in vars(known_units).items() if name[0].isupper()}
OURS = {"datasource", "timeFilter", "__interval", "__interval_ms", "__url_time_range", "__value"}

_NAMES = re.compile(r"\$\{?(\w+)")


def test_none_is_stale() -> None:
    assert {path.name: path.read_text() for path in FOLDER.glob("*.json")} == texts()


@pytest.mark.parametrize("name", DASHBOARDS)
def test_grafanas_own_model_reads_it(name: str) -> None:
    register_default_plugins()
    dashboard = Dashboard.from_json(DASHBOARDS[name])
    assert dashboard.uid == f"lab-daq-{name}"
    assert dashboard.refresh
    assert len(dashboard.panels or []) >= 6
    assert [each.name for each in dashboard.annotations.list_val or []][:2] == [
        "Errors",
        "Warnings",
    ]


@pytest.mark.parametrize("panel", PANELS)
def test_every_panel_has_a_unit_a_description_and_a_source(panel: dict[str, Any]) -> None:
    assert len(panel["description"]) > 8
    assert panel["datasource"] == {"type": "influxdb", "uid": "${datasource}"}
    given = panel["fieldConfig"]["overrides"]
    overrides = [p["value"] for each in given for p in each["properties"] if p["id"] == "unit"]
    for unit in (panel["fieldConfig"]["defaults"]["unit"], *overrides):
        assert unit in UNITS or unit.startswith("suffix: "), unit


def test_a_channel_without_a_reason_is_not_listed() -> None:
    """A reduction of nothing is NaN in Grafana 13 (``transformers/reduce.ts``), and no null."""
    (panel,) = [
        panel
        for panel in panels(DASHBOARDS["instrument"])
        if panel["title"] == "Why readings were not good"
    ]
    (kept,) = [one["options"] for one in panel["transformations"] if one["id"] == "filterByValue"]
    (matcher,) = [one["config"] for one in kept["filters"]]
    assert matcher["id"] == "regex"
    wanted = re.compile(matcher["options"]["value"])
    assert all(wanted.search(status.reason) for status in Status if status)
    assert not wanted.search("NaN")


@pytest.mark.parametrize("panel", PANELS)
def test_a_wall_screen_can_show_it(panel: dict[str, Any]) -> None:
    place = panel["gridPos"]
    assert place["w"] >= 4
    assert place["h"] >= 4
    assert place["x"] + place["w"] <= 24
    if panel["type"] == "stat":
        assert panel["fieldConfig"]["defaults"]["noValue"], "what stands there without data"


@pytest.mark.parametrize("name", DASHBOARDS)
def test_no_panel_covers_another_and_each_has_its_number(name: str) -> None:
    board = DASHBOARDS[name]["panels"]
    numbers = [panel["id"] for panel in board]
    assert len({*numbers}) == len(numbers)
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in board)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len({*cells}) == len(cells)


@pytest.mark.parametrize("panel", PANELS)
def test_what_is_missing_stays_missing(panel: dict[str, Any]) -> None:
    if panel["type"] in {"timeseries", "state-timeline"}:
        assert panel["fieldConfig"]["defaults"]["custom"]["spanNulls"] is False
        for target in panel["targets"]:
            assert target["query"].endswith("fill(null)")
            assert "time($__interval)" in target["query"]


@pytest.mark.parametrize("panel", PANELS)
def test_a_series_is_named_by_tags_it_is_grouped_by(panel: dict[str, Any]) -> None:
    for target in panel["targets"]:
        for tag in re.findall(r"\$tag_(\w+)", target.get("alias", "")):
            grouped = target["query"].rpartition("GROUP BY")[2]
            assert f'"{tag}"' in grouped


@pytest.mark.parametrize("name", DASHBOARDS)
def test_every_variable_that_is_used_is_defined(name: str) -> None:
    dashboard = DASHBOARDS[name]
    defined = {variable["name"] for variable in dashboard["templating"]["list"]}
    texts = [panel["title"] for panel in panels(dashboard)]
    texts += [target["query"] for panel in panels(dashboard) for target in panel["targets"]]
    texts += [each["target"]["query"] for each in dashboard["annotations"]["list"]]
    texts += [panel["repeat"] for panel in panels(dashboard) if "repeat" in panel]
    used = {found for text in texts for found in _NAMES.findall(text)}
    repeated = {panel["repeat"] for panel in panels(dashboard) if "repeat" in panel}
    assert used - OURS <= defined
    assert repeated <= defined


def test_only_influxql_that_influxdb_3_has_too() -> None:
    """Its documentation, "InfluxQL feature support": what it lacks is not used."""
    queries = " ".join(
        target["query"].upper()
        for dashboard in DASHBOARDS.values()
        for panel in panels(dashboard)
        for target in panel["targets"]
    )
    for missing in ("SLIMIT", "SOFFSET", "SAMPLE(", "HOLT_WINTERS", "SHOW SERIES", "INTO ", "TZ("):
        assert missing not in queries


def test_units_come_from_the_profiles_and_never_guess() -> None:
    found = units()
    assert re.search(found["volt"].strip("/"), "voltage_l1")
    assert re.search(found["kwatth"].strip("/"), "energy_import")
    assert "suffix: SLPM" in found
    both = [unit for unit, names in found.items() if re.search(names.strip("/"), "t1")]
    assert not both, "t1 is in kelvin in one profile and in degrees Celsius in another"
    names = [name for pattern in found.values() for name in pattern.strip("/^$()").split("|")]
    assert len({*names}) == len(names)
