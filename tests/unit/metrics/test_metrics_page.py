"""What Prometheus reads, parsed by its own parsers."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain_text

from daq.control.status import AlarmCount, AnnunciatorStatus, DaemonStatus
from daq.metrics.collect import OurProcess, render
from daq.metrics.metric import Metric
from daq.metrics.reference import PAGE, with_tables
from daq.metrics.tables import TABLES
from tests.status_samples import daemon, instrument, journal, large, sink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_client.metrics_core import Metric as Family

METRICS: list[Metric[object]] = [metric for table in TABLES for metric in table.metrics]
BASE_UNITS = {"seconds", "bytes", "ratio", "entries"}
NOT_BASE_UNITS = {"ms", "us", "minutes", "hours", "days", "percent", "kb", "mb", "milliseconds"}
OURS = "application/openmetrics-text; version=1.0.0"


def samples(status: DaemonStatus) -> dict[tuple[str, tuple[str, ...]], float]:
    text = render(status, "")[0].decode()
    return {
        (sample.name, tuple(str(label) for label in sample.labels.values())): sample.value
        for family in plain_text(text)
        for sample in family.samples
    }


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_names_follow_the_conventions_of_prometheus(metric: Metric[object]) -> None:
    name = metric.name
    words = name.removesuffix("_total").split("_")
    assert re.fullmatch(r"lab_daq(_[a-z]+)+", name)
    assert name.endswith("_total") == (metric.kind == "counter")
    assert not NOT_BASE_UNITS & set(words)
    assert not BASE_UNITS & set(words[:-1]) or words[-3:] == ["bytes", "per", "second"]
    if "timestamp" in words:
        assert words[-2:] == ["timestamp", "seconds"]
    assert metric.about.endswith((".", "..."))


def test_labels_are_not_those_prometheus_gives() -> None:
    given = {"le", "job", "instance", "quantile"}
    assert not any(given & {*table.labels, *m.labels} for table in TABLES for m in table.metrics)


def test_no_metric_stands_there_twice() -> None:
    names = [metric.name for metric in METRICS]
    assert len(set(names)) == len(names)


def test_the_figures_are_those_of_the_status() -> None:
    found = samples(daemon())
    assert found["lab_daq_instrument_up", ("rs485-1", "mains")] == 1
    assert found["lab_daq_instrument_failures_total", ("rs485-1", "mains", "timeout")] == 6
    flawed = "lab_daq_instrument_flawed_readings_total"
    assert found[flawed, ("rs485-1", "mains", "uncertain", "implausible")] == 2
    last_good = found["lab_daq_instrument_last_good_timestamp_seconds", ("rs485-1", "mains")]
    assert last_good == 1_795_435_199
    assert found["lab_daq_bus_busy_ratio", ("rs485-1",)] == pytest.approx(0.42)
    assert found["lab_daq_bus_reconnects_total", ("rs485-1",)] == 2
    assert found["lab_daq_sink_lag_seconds", ("broker",)] == 0
    assert found["lab_daq_journal_full_seconds", ()] == 6_665_333
    assert found["lab_daq_instruments", ("answering",)] == 1
    assert found["lab_daq_configuration_info", ("0123456789abcdef" * 4, "demo-lab")] == 1
    assert found["process_resident_memory_bytes", ()] > 1_000_000


def test_jitter_is_a_histogram() -> None:
    found = samples(daemon())
    name = "lab_daq_bus_lateness_seconds"
    assert found[f"{name}_count", ("rs485-1",)] == found[f"{name}_bucket", ("rs485-1", "+Inf")]
    assert found[f"{name}_bucket", ("rs485-1", "0.001")] == sum(range(7))
    assert found[f"{name}_sum", ("rs485-1",)] == pytest.approx(0.19)


def test_what_is_wrong_shows() -> None:
    found = samples(
        daemon(
            instruments=[instrument(state="silent", trouble="no answer")],
            sinks=[sink(trouble="takes nothing at the moment")],
            log=journal("no space left on device"),
        )
    )
    assert found["lab_daq_instrument_up", ("rs485-1", "mains")] == 0
    assert found["lab_daq_instrument_silent", ("rs485-1", "mains")] == 1
    assert found["lab_daq_sink_up", ("broker",)] == 0
    assert found["lab_daq_journal_up", ()] == 0


def test_what_is_not_known_is_absent() -> None:
    status = daemon()
    status.journal.growth = status.journal.seconds_to_full = status.sinks[0].lag_seconds = None
    names = {name for name, _ in samples(status)}
    assert not {"lab_daq_journal_full_seconds", "lab_daq_sink_lag_seconds"} & names
    assert not any(name.startswith("lab_daq_journal_growth") for name in names)


def test_a_daemon_without_anything_has_a_page() -> None:
    assert ("lab_daq_journal_up", ()) in samples(daemon([], [], []))


def test_openmetrics_is_served_to_who_asks_for_it() -> None:
    page, kind = render(large(3), OURS)
    assert kind.startswith("application/openmetrics-text; version=1.0.0")
    parse = cast(
        "Callable[[str], Iterator[Family]]",
        openmetrics.text_string_to_metric_families,  # pyright: ignore[reportUnknownMemberType]
    )
    families = {family.name: family for family in parse(page.decode())}
    assert families["lab_daq_bus_lateness_seconds"].type == "histogram"
    assert families["lab_daq_instrument_faults"].type == "counter"
    assert len(families["lab_daq_instrument_up"].samples) == 3


def test_the_process_is_told_of_also_without_the_systems_statistics(tmp_path: Path) -> None:
    """Under ProcSubset=pid there is no /proc/stat, where the library reads the boot time."""
    (tmp_path / "self").symlink_to("/proc/self")
    names = {family.name for family in OurProcess(proc=str(tmp_path), registry=None).collect()}
    assert "process_open_fds" in names
    assert "process_start_time_seconds" in names


def test_the_documentation_is_not_stale() -> None:
    text = PAGE.read_text("utf-8")
    assert with_tables(text) == text
    told = set(re.findall(r"lab_daq_[a-z_]+", text))
    suffixes = ("", "_info", "_bucket")
    assert told <= {metric.name + suffix for metric in METRICS for suffix in suffixes}


def test_alarms_are_counted_and_a_horn_of_which_nothing_is_known_has_no_state() -> None:
    status = daemon()
    status.alarms = [AlarmCount("unacknowledged", "high", 2), AlarmCount("normal", "low", 40)]
    status.annunciators = [
        AnnunciatorStatus(name="tower", kind="coil", lamp="flashing", horn=True),
        AnnunciatorStatus(name="hall", kind="command", lamp="", horn=False, trouble="exit code 1"),
    ]
    found = samples(status)
    assert found["lab_daq_alarms", ("high", "unacknowledged")] == 2
    assert found["lab_daq_alarms", ("low", "normal")] == 40
    assert found["lab_daq_annunciator_up", ("tower",)] == 1
    assert found["lab_daq_annunciator_up", ("hall",)] == 0
    assert found["lab_daq_annunciator_horn", ("tower",)] == 1
    assert ("lab_daq_annunciator_horn", ("hall",)) not in found
