"""Topics and payloads: what an MQTT subscriber sees. Pure; see docs/reference/topics.md."""

from typing import Any, Literal

import msgspec

from daq.calibration.calibration import Calibration
from daq.calibration.evaluate import Evaluator
from daq.deliver.newest import Topic
from daq.deliver.present import Content
from daq.deliver.sink import Beat
from daq.journal.corrected import evaluator_of
from daq.journal.entry import Event, Scan, Series
from daq.timefmt import rfc3339
from drivers.model import Channel, Status, Value

_json = msgspec.json.Encoder()
_WORDS = {int(status): str(status) for status in Status}


class Message(msgspec.Struct, frozen=True, gc=False):
    """One publish, always with QoS 1."""

    topic: str
    payload: bytes
    retain: bool = False


class _Template(msgspec.Struct, frozen=True):
    topic: str
    names: tuple[str, ...]
    evaluator: Evaluator | None


class Composer:
    """Makes messages of entries. What is the same for all scans of a series is made once."""

    def __init__(self, prefix: str, site: str) -> None:
        self._prefix = prefix
        self.site = site
        self._events = f"{prefix}/{site}/_events"
        self.status_topic = f"{prefix}/{site}/_status"
        self._templates: dict[int, _Template] = {}

    def below(self, path: str) -> str:
        """The topic of a path below the site."""
        return f"{self._prefix}/{self.site}/{path}"

    def present(self, path: str, content: Content | None) -> Message:
        """What is so at this moment, retained; with None the topic is cleared."""
        payload = b"" if content is None else _json.encode(content)
        return Message(self.below(path), payload, retain=True)

    def cleared(self, topic: Topic) -> tuple[Message, Message]:
        """What takes away the retained scan and metadata of a group that is read no more."""
        address = "/".join((self._prefix, *topic))
        return Message(address, b"", retain=True), Message(f"{address}/_meta", b"", retain=True)

    def topic(self, series: Series) -> str:
        """The topic of a series' scans; its metadata is one level below, in ``_meta``."""
        return self._template(series).topic

    def scan(self, scan: Scan, *, historical: bool, retain: bool) -> Message:
        """Time, seq, a value for each channel, and the quality of those that are not good.

        ``series`` tells which metadata the values go with. Where a certificate holds, the value is
        the corrected one, and what was read and the expanded uncertainty are told besides.
        """
        template = self._template(scan.series)
        names, statuses = template.names, scan.statuses
        content: dict[str, Any] = {
            "time": rfc3339(scan.time),
            "seq": scan.seq,
            "series": scan.series.id,
            "values": dict(zip(names, scan.values, strict=True)),
        }
        if template.evaluator is not None:
            content |= _evaluated(template.evaluator, names, scan.values)
        if any(statuses):
            pairs = zip(names, statuses, strict=True)
            content["quality"] = {name: _WORDS[status] for name, status in pairs if status}
        if historical:
            content["historical"] = True
        return Message(template.topic, _json.encode(content), retain)

    def event(self, event: Event, *, historical: bool) -> Message:
        """An event; never retained."""
        content: dict[str, Any] = {
            "time": rfc3339(event.time),
            "seq": event.seq,
            "kind": event.kind,
            "subject": event.subject,
            "severity": event.severity,
            "text": event.text,
        }
        if event.data:
            content["data"] = event.data
        if historical:
            content["historical"] = True
        return Message(self._events, _json.encode(content))

    def metadata(self, series: Series, *, retain: bool) -> Message:
        """What the values of a series mean."""
        key = series.key
        content: dict[str, Any] = {
            "series": series.id,
            "site": key.site,
            "instrument": key.instrument,
            "group": key.group,
            "model": key.model,
            "asset": key.asset,
            "interval": key.interval,
            "channels": {channel.name: _describe(channel) for channel in key.channels},
        }
        for one in key.calibrations:
            content["channels"][one.channel]["calibration"] = _certificate(one)
        return Message(f"{self.topic(series)}/_meta", _json.encode(content), retain)

    def status(self, status: Literal["online", "offline"], reason: str, time: int) -> Message:
        """Whether somebody delivers; retained. ``time`` is when this began to be known."""
        content = {"status": status, "reason": reason, "time": rfc3339(time)}
        return Message(self.status_topic, _json.encode(content), retain=True)

    def beat(self, beat: Beat) -> Message:
        """That we are online and acquire, and how it goes; retained."""
        content = {"status": "online", "reason": "acquiring", "time": rfc3339(beat.time)}
        return Message(self.status_topic, _json.encode({**content, **beat.state}), retain=True)

    def _template(self, series: Series) -> _Template:
        template = self._templates.get(series.id)
        if template is None:
            key = series.key
            topic = f"{self._prefix}/{key.site}/{key.instrument}/{key.group}"
            names = tuple(channel.name for channel in key.channels)
            template = _Template(topic, names, evaluator_of(key))
            self._templates[series.id] = template
        return template


def _describe(channel: Channel) -> dict[str, Any]:
    content = {key: v for key, v in msgspec.structs.asdict(channel).items() if v not in (None, "")}
    del content["name"]
    return content


def _certificate(one: Calibration) -> dict[str, Any]:
    content = {
        "certificate": one.certificate,
        "laboratory": one.laboratory,
        "calibrated": one.calibrated,
        "due": one.due,
        "k": one.k,
        "hash": one.hash,
    }
    return {key: value for key, value in content.items() if value != ""}


def _evaluated(
    evaluator: Evaluator, names: tuple[str, ...], readings: tuple[Value, ...]
) -> dict[str, Any]:
    """The values as they are corrected, and of the calibrated channels what was read."""
    found = evaluator(readings)
    places = [place for place, _ in evaluator.places if readings[place] is not None]
    unsure = [place for place in places if found.uncertainties[place] is not None]
    return {
        "values": dict(zip(names, found.values, strict=True)),
        "uncorrected": {names[place]: readings[place] for place in places},
        "uncertainty": {names[place]: found.uncertainties[place] for place in unsure},
    }
