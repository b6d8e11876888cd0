"""What Grafana does with a dashboard before it asks InfluxDB, as its data source does it.

From Grafana's public/app/plugins/datasource/influxdb/datasource.ts (interpolateQueryExpr), its
pkg/tsdb/influxdb/models/query.go (Build) and the documentation of variables.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

FOLDER = Path("config/grafana/dashboards")

Ask: TypeAlias = Callable[[str], list[dict[str, Any]]]
"""Runs InfluxQL; the series of the answer, as InfluxDB gives them."""

_VARIABLE = re.compile(r"\$(\w+)|\$\{(\w+)\}")
_SPECIAL = re.compile(r"[\\^$*+?.()|\[\]{}/]")
_UNITS = {"s": 1000, "m": 60_000, "h": 3_600_000}


def dashboards() -> dict[str, dict[str, Any]]:
    """Every dashboard there is, by the name of its file."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}


def panels(dashboard: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Its panels, without the headings of rows."""
    for panel in dashboard["panels"]:
        assert not panel.get("panels"), "a folded row"
        if panel["type"] != "row":
            yield panel


def span(text: str) -> int:
    """Milliseconds of ``10s``, ``5m``, ``6h``."""
    return int(text[:-1]) * _UNITS[text[-1]]


@dataclass(frozen=True)
class Range:
    """A range of time: from and to in ms since 1970."""

    since: int
    until: int

    @property
    def filter(self) -> str:
        """What stands for $timeFilter."""
        return f"time >= {self.since}ms and time <= {self.until}ms"

    def of_panel(self, panel: Mapping[str, Any]) -> "Range":
        """Some panels always show the last minutes."""
        shown = panel.get("timeFrom")
        return Range(self.until - span(shown), self.until) if shown else self

    def interval(self, panel: Mapping[str, Any], points: int = 200) -> str:
        """What stands for $__interval: no less than the panel allows."""
        least = span(panel.get("interval", "1s"))
        return f"{max(least, (self.until - self.since) // points) // 1000}s"


@dataclass
class Choices:
    """The variables of a dashboard as somebody finds them who opens it: All, or the first."""

    dashboard: Mapping[str, Any]
    ask: Ask
    values: dict[str, str | list[str]] = field(default_factory=dict[str, str | list[str]])
    found: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def look_up(self, **chosen: str) -> None:
        """Ask for what there is to choose from, in the order of the dashboard."""
        for variable in self.dashboard["templating"]["list"]:
            name = variable["name"]
            if variable["type"] == "datasource":
                continue
            options = self._options(variable)
            self.found[name] = options
            if name in chosen:
                self.values[name] = chosen[name]
            elif options:
                self.values[name] = options if variable.get("includeAll") else options[0]

    def _options(self, variable: Mapping[str, Any]) -> list[str]:
        if variable["type"] == "custom":
            return str(variable["query"]).split(",")
        assert variable["type"] == "query"
        answer = self.ask(self.interpolate(variable["query"]))
        column = 1 if "TAG VALUES" in variable["query"] else 0
        names = sorted({str(row[column]) for series in answer for row in series["values"]})
        pattern = re.compile(str(variable.get("regex", "/.*/"))[1:-1])
        return [name for name in names if pattern.search(name)]

    def interpolate(self, text: str) -> str:
        """The text with every variable replaced; an unknown one is an error."""
        return _VARIABLE.sub(lambda match: self._value(match[1] or match[2]), text)

    def _value(self, name: str) -> str:
        value = self.values[name]
        if isinstance(value, str):
            return _escape(value)
        return f"({'|'.join(map(_escape, value))})"

    def query(self, text: str, panel: Mapping[str, Any], shown: Range) -> str:
        """A query as it is sent."""
        shown = shown.of_panel(panel)
        known = {"timeFilter": "\0F", "__interval_ms": "\0M", "__interval": "\0I"}
        for name, mark in known.items():
            text = text.replace(f"${name}", mark)
        interval = shown.interval(panel)
        text = self.interpolate(text).replace("\0F", shown.filter).replace("\0I", interval)
        return text.replace("\0M", str(span(interval)))


def _escape(value: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", value)
