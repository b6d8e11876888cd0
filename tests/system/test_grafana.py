"""Every query of every dashboard, asked of a real InfluxDB that the daemon filled."""

import re
import time
from collections.abc import Callable, Generator, Iterator
from functools import partial
from typing import Any

import pytest

from config.dashboards.influxql import select
from daq.demo.prepare import demo_source, write_demo_config
from tests.grafana import Choices, Range, dashboards, panels
from tests.servers.influxdb import InfluxDb
from tests.system.house import WAIT, daq, running

pytest_plugins = ["tests.servers.fixtures"]

SITE = "demo-lab"
DASHBOARDS = dashboards()

ADDED = """
[health]
interval = "1s"

[utilisation]
time_zone = "UTC"
interval = "10s"

[usage.mains]
running = { channel = "mains.voltage_l1", above = 100 }
energy = { model = { running = 1.5 } }

[sink.history]
type = "influxdb"
version = 1
url = "{url}"
database = "grafana"

[bus.unplugged]
address = "127.0.0.1:9"

[instrument.absent]
profile = "eastron-sdm120"
bus = "unplugged"
unit = 1
silent_after = "1s"
group.all = { interval = "1s" }

[alarm.poor]
type = "quality"
channel = "furnace.temperature"
priority = "high"

"""

SEEN = (
    # What has to be there before the dashboards are asked: each sort of trouble once.
    'SELECT count("seq") FROM "scan" WHERE "instrument" = \'furnace\' AND "quality" = 2',
    'SELECT count("seq") FROM "scan" WHERE "instrument" = \'balance\' AND "quality" = 1',
    'SELECT count("t4.status") FROM "scan" WHERE "instrument" = \'probes\'',
    'SELECT count("lag") FROM "scan" WHERE "group" = \'sink-history\'',
    'SELECT sum("running") FROM "scan" WHERE "group" = \'usage-mains\'',
    'SELECT count("text") FROM "event" WHERE "severity" = \'warning\'',
    'SELECT count("text") FROM "event" WHERE "severity" = \'error\'',
    'SELECT count("text") FROM "event" WHERE "kind" = \'alarm-raised\'',
    'SELECT count("text") FROM "event" WHERE "kind" = \'run-started\'',
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, influxdb: InfluxDb) -> Generator[InfluxDb]:
    """A database with what the daemon writes of the simulated laboratory, and goes on writing.

    The broker of the demonstration is missing: a sink that is behind is part of the picture.
    """
    influxdb.query("CREATE DATABASE grafana")
    folder = tmp_path_factory.mktemp("grafana")
    config = write_demo_config(demo_source(), folder)
    text = config.read_text().replace("[site]", ADDED.replace("{url}", influxdb.url) + "[site]", 1)
    config.write_text(text)
    with running(folder / "sim.log", "sim", "run", str(config)) as lab:
        lab.wait_text("Ctrl-C")
        with running(folder / "run.log", "run", str(config)):
            until(lambda: _did("runs", "start", "-i", "furnace", "-c", str(config)), "a run")
            for query in SEEN:
                until(partial(influxdb.query, query, database="grafana"), query)
            yield influxdb


def _did(*arguments: str) -> bool:
    return daq(*arguments).returncode == 0


def until(holds: Callable[[], object], what: str) -> None:
    limit = time.monotonic() + WAIT
    while not holds():
        assert time.monotonic() < limit, f"never: {what}"
        time.sleep(0.2)


class Opened:
    """A dashboard as somebody sees it who opens it now."""

    def __init__(self, name: str, database: InfluxDb, **chosen: str) -> None:
        self.dashboard = DASHBOARDS[name]
        self._database = database
        self.choices = Choices(self.dashboard, self.ask)
        self.choices.look_up(**chosen)

    @property
    def shown(self) -> Range:
        """The last ten minutes."""
        now = time.time_ns() // 1_000_000
        return Range(now - 600_000, now)

    def ask(self, query: str) -> list[dict[str, Any]]:
        return self._database.query(query, database="grafana")

    def values(self, query: str, panel: dict[str, Any]) -> list[Any]:
        """Every value of the answer that is not null, the times left out."""
        answer = self.ask(self.choices.query(query, panel, self.shown))
        return [
            value
            for series in answer
            for row in series["values"]
            for column, value in zip(series["columns"], row, strict=True)
            if column != "time" and value is not None
        ]

    def found_anew(self, variable: str) -> list[str]:
        """What there is to choose from by now."""
        self.choices.look_up()
        return self.choices.found[variable]

    def first(self, title: str) -> Any:  # noqa: ANN401 - a number or a text, as the panel shows it
        """The first value of the panel with a title that begins so."""
        panel = next(p for p in panels(self.dashboard) if p["title"].startswith(title))
        found = self.values(panel["targets"][0]["query"], panel)
        return found[0] if found else None


INSTRUMENTS = ("furnace", "probes", "balance", "multimeter", "mains", "absent", "daq")


def opened(database: InfluxDb) -> Iterator[tuple[str, list[Opened]]]:
    """Every dashboard; that of an instrument as of two that are in trouble of different kinds."""
    for name in DASHBOARDS:
        chosen = ({"instrument": "furnace"}, {"instrument": "absent"})
        yield (
            name,
            [Opened(name, database, **each) for each in chosen if name == "instrument"]
            or [Opened(name, database)],
        )


def test_every_query_of_every_panel_answers_with_data(filled: InfluxDb) -> None:
    asked: dict[str, Callable[[], bool]] = {}
    for name, boards in opened(filled):
        for panel in panels(boards[0].dashboard):
            for target in panel["targets"]:
                what = f"{name}: {panel['title']}: {target['query']}"
                asked[what] = partial(_answers, boards, target["query"], panel)
    assert len(asked) > 45
    # What counts instruments that are wrong now answers when one is, which comes and goes.
    for what, answers in asked.items():
        until(answers, what)


def _answers(boards: list[Opened], query: str, panel: dict[str, Any]) -> bool:
    return any(board.values(query, panel) for board in boards)


def test_every_annotation_answers_with_text_kind_and_subject(filled: InfluxDb) -> None:
    for name, boards in opened(filled):
        for annotation in boards[0].dashboard["annotations"]["list"]:
            target = annotation["target"]
            queries = [board.choices.query(target["query"], {}, board.shown) for board in boards]
            answers = [answer for query in queries for answer in boards[0].ask(query)]
            assert answers, f"{name}: {annotation['name']}: {queries}"
            columns = answers[0]["columns"]
            assert target["textColumn"] in columns
            assert {*target["tagsColumn"].split(",")} < {*columns}


def test_every_variable_finds_what_the_laboratory_has(filled: InfluxDb) -> None:
    for name, boards in opened(filled):
        found = boards[0].choices.found
        assert found["site"] == [SITE]
        assert all(found.values()), f"{name}: {found}"
    board = Opened("lab", filled)
    until(lambda: len(board.found_anew("instrument")) == 8, "all instruments")
    lab = board.choices.found
    assert "furnace" in lab["instrument"]
    assert "daq" not in lab["instrument"]
    assert {"voltage_l1", "humidity", "weight"} < {*lab["channel"]}
    assert not [each for each in lab["channel"] if each in {"seq", "quality"} or "." in each]
    until(lambda: _groups(filled, "mains") == ["energy", "power"], "both groups of the mains")


def _groups(database: InfluxDb, instrument: str) -> list[str]:
    return Opened("instrument", database, instrument=instrument).choices.found["group"]


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_each_instrument_has_a_page_of_its_own(filled: InfluxDb, instrument: str) -> None:
    board = Opened("instrument", filled, instrument=instrument)
    assert board.first("Scans") > 0
    assert board.first("Quality now") in {0, 1, 2}
    for group in board.choices.found["group"]:
        board.choices.values["group"] = group
        value = board.first("$instrument")
        assert (value is None) == (instrument == "absent"), group


def test_what_is_wrong_shows(filled: InfluxDb) -> None:
    lab = Opened("lab", filled)
    until(lambda: lab.first("Heard") == len(lab.found_anew("instrument")) == 8, "all are heard")
    until(lambda: (lab.first("Bad (") or 0) >= 1, "one is bad")  # the absent one always is
    assert Opened("instrument", filled, instrument="absent").first("Bad scans") == 1
    assert Opened("instrument", filled, instrument="balance").first("Uncertain") > 0
    probes = Opened("instrument", filled, instrument="probes")
    assert probes.first("Why").startswith("bad: ")
    assert Opened("daemon", filled).first("Sinks behind") > 1, "there is no broker"


@pytest.mark.parametrize("instrument", ["furnace", "balance", "climate"])
def test_shares_are_those_of_the_scans(filled: InfluxDb, instrument: str) -> None:
    board = Opened("instrument", filled, instrument=instrument)

    def agree() -> bool:
        # Scans go on arriving between two questions.
        scans = [_count(filled, instrument, quality) for quality in range(3)]
        shares = (board.first("Uncertain scans"), board.first("Bad scans"))
        return shares == pytest.approx((scans[1] / sum(scans), scans[2] / sum(scans)))

    until(agree, "the shares agree with the counts")


def _count(database: InfluxDb, instrument: str, quality: int) -> int:
    where = f'"instrument" = \'{instrument}\' AND "quality" = {quality}'
    answer = database.query(select('count("seq")', where), database="grafana")
    return int(answer[0]["values"][0][1]) if answer else 0


def test_a_gap_is_a_gap(filled: InfluxDb) -> None:
    """A second without a value of the furnace is null, and not drawn over."""
    board = Opened("instrument", filled, instrument="furnace", group="control")
    panel = next(p for p in panels(board.dashboard) if p["title"].startswith("$instrument"))
    assert panel["fieldConfig"]["defaults"]["custom"]["spanNulls"] is False
    until(lambda: None in _between(board, panel), "it falls silent, every 25 s")


def _between(board: Opened, panel: dict[str, Any]) -> list[float | None]:
    """What a chart of one-second points has from the first value to the last."""
    query = board.choices.query(panel["targets"][0]["query"], panel, board.shown)
    answer = board.ask(re.sub(r"time\(\d+s\)", "time(1s)", query))[0]
    column = answer["columns"].index("mean_temperature")
    values: list[float | None] = [row[column] for row in answer["values"]]
    read = [index for index, value in enumerate(values) if value is not None]
    return values[read[0] : read[-1]] if read else []
