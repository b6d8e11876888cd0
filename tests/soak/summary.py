"""The figures of a soak in words, as Markdown."""

import statistics
from collections import Counter
from collections.abc import Iterator

from tests.soak.laboratory import METERS, METERS_MS
from tests.soak.run import Soak
from tests.soak.verdict import Verdict


def summary(soak: Soak, verdict: Verdict) -> str:
    """A table of figures, and what was done."""
    rows = "\n".join(f"| {what} | {figure} |" for what, figure in _figures(soak, verdict))
    kinds = Counter(episode.kind for episode in soak.episodes)
    faults = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    return f"| What | Figure |\n|---|---|\n{rows}\n\nFaults: {faults}.\n"


def _figures(soak: Soak, verdict: Verdict) -> Iterator[tuple[str, str]]:
    audit, samples = soak.audit, soak.samples
    served = audit.served
    rate = audit.journal.scans / soak.seconds
    mqtt, stored = audit.mqtt["broker"], audit.influxdb["history"]
    memory = sorted(each.process.memory for each in samples)
    descriptors = [each.process.descriptors for each in samples]
    lateness = sorted(each.lateness for each in samples)
    yield "time, seed", f"{soak.seconds / 60:g} minutes, {soak.seed}"
    yield "scans journalled", f"{audit.journal.scans:,} ({rate:.0f}/s, 40 instruments)"
    yield (
        "time compressed",
        (
            f"{METERS} meters every {METERS_MS} ms: what they give at 1/s in "
            f"{soak.seconds * 1000 / METERS_MS / 3600:.1f} h"
        ),
    )
    yield "faults", f"{len(soak.episodes)}, one every {soak.seconds / len(soak.episodes):.1f} s"
    yield "lives of the daemon", f"{audit.killed} killed, {audit.stopped} stopped in order"
    yield "replies to scans", f"{served.asked_for_scans:,} served, {served.journalled:,} journalled"
    yield (
        "explained",
        ", ".join(f"{count:,} {reason}" for reason, count in served.explained.items()) or "none",
    )
    yield "unexplained, invented, stale", f"{served.unexplained}, {served.invented}, {served.stale}"
    yield "oldest reply a SIGKILL took", f"{served.tail_ms:g} ms before the signal"
    yield (
        "MQTT",
        (
            f"{mqtt.entries:,} of {audit.journal.entries:,} entries, {mqtt.duplicates:,} repeated, "
            f"{mqtt.historical:,} historical; {mqtt.missing} missing, {mqtt.differing} differ, "
            f"{mqtt.retained_back} retained backwards"
        ),
    )
    yield (
        "InfluxDB",
        (
            f"{stored.points + stored.events:,} points; {stored.missing} missing, "
            f"{stored.twice} twice, {stored.differing} differ"
        ),
    )
    yield "memory", f"median {statistics.median(memory):.0f} MB, most {memory[-1]:.0f} MB"
    yield "descriptors", f"median {statistics.median(descriptors):g}, most {max(descriptors)}"
    yield "growth after warm-up", _growth(verdict)
    yield "longest lag", ", ".join(_longest_lags(soak))
    yield "all well again after the last fault", f"{soak.caught_up:.1f} s"
    yield (
        "99 % of scans begin late by less than",
        (
            f"{statistics.median(lateness) * 1000:g} ms (median of all looks), "
            f"{lateness[int(0.95 * len(lateness))] * 1000:g} ms (95 % of all looks)"
        ),
    )
    yield "processor time of the daemon", f"{_processor(soak):.0f} % of one core"
    yield "verdict", "passed" if not verdict.complaints else "; ".join(verdict.complaints)


def _growth(verdict: Verdict) -> str:
    growth = verdict.growth
    if growth is None:
        return "not judged: no life was long enough"
    minutes = (growth.end - growth.begin) / 60
    return (
        f"{growth.memory:+.1f} MB, {growth.descriptors:+.1f} descriptors in {minutes:.1f} minutes"
    )


def _longest_lags(soak: Soak) -> Iterator[str]:
    for sink in soak.samples[0].lag_seconds:
        seconds = max(each.lag_seconds.get(sink, 0.0) for each in soak.samples)
        entries = max(each.lag_entries.get(sink, 0) for each in soak.samples)
        yield f"{sink} {seconds:.1f} s, {entries:,} entries"


def _processor(soak: Soak) -> float:
    first, last = soak.samples[0], soak.samples[-1]
    newest = [each for each in soak.samples if each.process.pid == last.process.pid]
    first = newest[0]
    return 100 * (last.process.cpu - first.process.cpu) / max(last.at - first.at, 0.1)
