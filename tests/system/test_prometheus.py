"""config/prometheus beside the page of a real daemon: every name in a rule is on it."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser as promql
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from daq.metrics.tables import TABLES
from tests.servers.http_client import request
from tests.servers.process import free_port
from tests.system.house import WAIT, running

FOLDER = Path("config/prometheus")
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
SCRAPE: dict[str, Any] = yaml.safe_load((FOLDER / "prometheus.yml").read_text())

CONFIG = """
[site]
name = "prometheus"
[metrics]
listen = "127.0.0.1:{port}"
[bus.line]
address = "127.0.0.1:9"
[instrument.meter]
profile = "eastron-sdm120"
bus = "line"
unit = 1
group.all = {{ interval = "1s" }}
[sink.broker]
type = "mqtt"
host = "127.0.0.1"
port = 9
"""


def selectors(rule: dict[str, Any]) -> Iterator[promql.VectorSelector]:
    """The metrics a rule asks for."""
    found: list[promql.VectorSelector] = []

    def note(node: promql.Expr) -> bool:
        if isinstance(node, promql.MatrixSelector):
            found.append(node.vector_selector)
        elif isinstance(node, promql.VectorSelector):
            found.append(node)
        return True

    promql.walk(promql.parse(rule["expr"]), pre_visit=note)
    yield from found


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The metrics of a daemon that has just begun."""
    folder, port = tmp_path_factory.mktemp("prometheus"), free_port()
    config = folder / "daq.toml"
    config.write_text(CONFIG.format(port=port))
    with running(folder / "run.log", "run", str(config)):
        limit = time.monotonic() + WAIT
        while True:
            try:
                return request(port, "/metrics")[1]
            except OSError:
                assert time.monotonic() < limit
                time.sleep(0.05)


def test_every_metric_of_every_rule_is_on_the_page(page: str) -> None:
    families = {family.name: family.type for family in text_string_to_metric_families(page)}
    names = {f"{name}_total" if kind == "counter" else name for name, kind in families.items()}
    asked = {each.name for rule in RULES for each in selectors(rule)}
    assert len(asked) > 10
    assert asked - {"up"} <= names


def test_labels_a_rule_selects_or_shows_are_those_the_metric_has() -> None:
    labels = {
        metric.name: {*table.labels, *metric.labels} for table in TABLES for metric in table.metrics
    }
    for rule in RULES:
        asked = list(selectors(rule))
        assert asked
        own = {name for each in asked for name in labels.get(str(each.name), {"job"})}
        selected = {matcher.name for each in asked for matcher in each.matchers.matchers}
        shown = set(re.findall(r"\$labels\.(\w+)", " ".join(rule["annotations"].values())))
        assert selected <= own | {"__name__"}, rule["alert"]
        assert shown <= own | {"instance"}, rule["alert"]


def test_each_rule_says_how_bad_it_is_and_what_to_do() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"].keys() == {"summary", "description"}


def test_the_rules_are_found_and_the_job_is_the_one_they_name() -> None:
    assert [(FOLDER / name).is_file() for name in SCRAPE["rule_files"]] == [True]
    assert [job["job_name"] for job in SCRAPE["scrape_configs"]] == ["lab-daq"]
    assert 'job="lab-daq"' in RULES[0]["expr"]
