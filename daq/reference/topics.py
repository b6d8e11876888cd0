"""``docs/reference/topics.md``: what an MQTT subscriber gets."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from daq.deliver.mqtt_payload import Composer, Message
from daq.deliver.present import BEACON as BEACON_TOPIC
from daq.deliver.present import STATES
from daq.health.heartbeat import PERIOD, beat_of
from daq.reference import sample
from daq.reference.markdown import block, table

PREFIX = "lab"

HEAD = """\
# Topics: what arrives at MQTT

Made by `daq/reference` from the daemon's own messages; do not edit. For whoever subscribes. What
is guaranteed: [delivery](../explanation/delivery.md).

Every message has QoS 1 and is a JSON object on one line. `prefix` of the [sink](configuration.md) is
`lab` unless set. Names begin with a letter or digit, so nothing of yours can be called `_meta`:
`lab/+/+/+` is every scan and nothing else. With `home_assistant` there are retained messages for
[Home Assistant](../how-to/home-assistant.md) besides.

| Topic | Retained | Content |
|---|---|---|
| `{prefix}/{site}/{instrument}/{group}` | the newest | a [scan](#scan) |
| `{prefix}/{site}/{instrument}/{group}/_meta` | yes | [what the scan's values mean](#metadata) |
| `{prefix}/{site}/_events` | no | an [event](#event) |
| `{prefix}/{site}/_alarms/_state/{alarm}` | yes | [how an alarm is](#alarm) |
| `{prefix}/{site}/_beacon` | yes | [the worst of all alarms](#beacon), for a lamp and a horn |
| `{prefix}/{site}/_alarms/_beacon/{room}` | yes | the worst of the alarms in a `room` |
| `{prefix}/{site}/_runs/{instrument}` | yes | [the run it is in](#run), while one goes on |
| `{prefix}/{site}/_status` | yes | [whether the daemon is connected, and acquires](#status) |
"""

SCAN = {
    "time": "RFC 3339, UTC with nine digits; taken in the middle of the transaction",
    "seq": "the number in the journal; a repeated message has the same",
    "series": "the metadata the values go with",
    "values": "by channel, every one of the group; null where there is no value. Corrected where a "
    "[certificate](calibration.md) holds",
    "uncorrected": "by calibrated channel, what was read; only where there is one",
    "uncertainty": "by calibrated channel, the expanded uncertainty in its unit; left out where none "
    "is stated",
    "quality": "by channel, only where not good: `uncertain: REASON` or `bad: REASON`",
    "historical": "true for backlog after an outage, else left out",
}
META = {
    "series": "its number",
    "site": "`[site] name`",
    "instrument": "its name in the configuration",
    "group": "the scan group",
    "model": "manufacturer and model of its profile",
    "asset": "the instrument's asset id",
    "interval": "seconds from scan to scan",
    "channels": "by name; what is not known is left out of each",
}
CHANNEL = {
    "unit": "UCUM code",
    "display_unit": "what people read",
    "kind": "`float`, `integer`, `boolean` or `text`",
    "low": "lowest plausible value",
    "high": "highest plausible value",
    "resolution": "the smallest step",
    "description": "in words",
    "calibration": "the certificate in force: its number, laboratory, `calibrated` and `due` days, "
    "coverage factor `k`, and `hash`",
}
EVENT = {
    "time": "as in a scan",
    "seq": "as in a scan",
    "kind": "[the kinds](events.md)",
    "subject": "the bus, instrument or sink it is about, `daq` or `journal`",
    "severity": "`info`, `warning` or `error`",
    "text": "one sentence for people",
    "data": "the particulars of [the kind](events.md#what-they-carry), if it has any",
    "historical": "as in a scan",
}
STATUS = {
    "status": "`online` or `offline`",
    "reason": "`connected`, `acquiring`, `stopped`, or `connection lost`",
    "time": "when this began to be known; of the will, when it was connected",
    "every": "seconds from one such message to the next",
    "uptime": "seconds since the daemon started",
    "instruments": "how many there are",
    "answering": "how many answered when last asked",
    "silent": "names (at most 20) of those without a reading of use for `silent_after`",
    "entry": "the newest entry in the journal",
    "waiting": "entries not yet delivered to this broker",
    "journal": "its trouble, or `ok`",
}

ALARM = {
    "alarm": "its name",
    "state": "how it is, in [the words of the standard](alarms.md#life)",
    "priority": "`critical`, `high`, `medium` or `low`",
    "active": "whether its rule holds",
    "unacknowledged": "whether it waits for somebody",
    "title": "what people call it, if it has a title",
    "group": "its group, if it has one",
    "until": "the end of its shelf, while it is shelved",
    "time": "of its last change; this and the following are left out before the first",
    "event": "the number of the event that tells of the change",
    "text": "what that event says",
}
BEACON = {
    "state": "`normal`, `acknowledged` or `unacknowledged`: the worst",
    "lamp": "`off`, `steady` or `flashing`",
    "horn": "whether it should sound",
    "unacknowledged": "how many alarms wait for somebody",
    "active": "of how many the rule holds",
    "priority": "of the most urgent of those that decide; left out with the following for `normal`",
    "alarm": "its name",
    "title": "what people call it, if it has a title",
}

RUN = {
    "run": "its [number](runs.md)",
    "state": "`running` or `paused`",
    "begun": "when it began",
    "since": "since when it is in this state",
    "sample": "number of the sample; this and the following are left out where nothing was said",
    "order": "number of the order",
    "standard": "after which it is done",
    "method": "the method",
    "programme": "the programme of steps",
    "operator": "who does the work",
    "cost_centre": "who pays",
    "also": "numbers of other runs with this instrument, where it may be in several",
}

RUNS_THERE = """
Published when it changes and after each connect, when it is on the disk. When the run has ended the topic is cleared
(an empty retained message). Begin, marks, pauses and end are [events](#event) besides.
"""

ALARMS = """
These are made of the states there are now, not of events: published when one changes and after each connect, and never
older than what was there before. Alarms that are configured no more are cleared, as are rooms; the journal remembers
them (`alarms-watched`). Without alarms there is no beacon. A connection that is lost leaves the last state: `_status` says that it is `offline`.
"""

LAMPS = """
Sequence A of ISA-18.1: unacknowledged, the lamp flashes and the horn sounds, also when the alarm is over already;
acknowledged, the lamp is steady until it is over. What is shelved, suppressed or out of service counts for nothing.
In the name of a room everything but letters, digits, `_`, `.` and `-` becomes `-`.
"""

RETAINED = """
Retained is the newest scan the journal holds of a topic, and nothing else; it is never marked
historical. After each connect the newest scan of every topic of this run is published again, with
the same `seq`, for the broker may have forgotten it or be another one: so a group that is read once
an hour is right at once after an outage. Of a group that the journal knows and nothing is read for any
more, scan and metadata are cleared (an empty retained message), once in each run of the daemon.
"""

TAIL = """
## What the broker answers

| PUBACK reason code (MQTT 5) | Becomes of the message |
|---|---|
| 0x00 success, 0x10 no matching subscribers | delivered |
| 0x80 unspecified, 0x83 implementation specific, 0x91 packet identifier in use, 0x97 quota exceeded, unknown ones | tried again |
| 0x87 not authorized, 0x90 topic name invalid, 0x99 payload format invalid | refused: quarantine |
| none, but larger than the broker's Maximum Packet Size | refused before it is sent |

If *nothing* we publish is authorized (0x87 for all since the connect), that is a configuration error: nothing is
refused, everything waits, the sink is asked seldom. Receive Maximum, Maximum Packet Size, Retain Available and Server
Keep Alive of CONNACK are respected; a broker that states Maximum QoS 0 could acknowledge nothing, which is a
configuration error. When the broker takes leave (MQTT 5), its reason is that of the event.

**MQTT 3.1.1 has no reason codes**: Mosquitto acknowledges what its access list forbids and drops it. Such a
message counts as delivered. Use MQTT 5 where you can.

TLS is at least 1.2 and verifies the broker. The client id is `daq-{site}-{sink}`.
"""


def topics_page() -> str:
    """The page as Markdown."""
    composer = Composer(PREFIX, sample.SITE)
    return HEAD + "".join(_parts(composer)) + TAIL


def _parts(composer: Composer) -> Iterator[str]:
    good = composer.scan(sample.GOOD, historical=False, retain=True)
    doubtful = composer.scan(sample.DOUBTFUL, historical=True, retain=False)
    weighed = composer.scan(sample.WEIGHED, historical=False, retain=True)
    yield "\n## Scan\n\n" + _section(SCAN, good, doubtful, weighed) + RETAINED
    yield "\n## Metadata\n\nBefore the first scan of a series on each connection, and when it "
    yield "changes:\n\n"
    meta = composer.metadata(sample.METER, retain=True)
    yield _section(META, meta)
    yield "\nRetained metadata describes the present. The metadata of an older series comes, not "
    yield "retained, before its\nfirst historical scan. Of each channel:\n\n"
    balance = composer.metadata(sample.BALANCE, retain=True)
    described = [
        one for each in (meta, balance) for one in json.loads(each.payload)["channels"].values()
    ]
    yield _fields(CHANNEL, {key: value for one in described for key, value in one.items()})
    events = [composer.event(sample.EVENT, historical=late) for late in (False, True)]
    yield "\n## Event\n\n" + _section(EVENT, *events) + _alarms(composer)
    runs = [composer.present(*each) for each in sample.runs().topics.items()]
    yield "\n## Run\n\n" + _section(RUN, *runs) + RUNS_THERE
    yield "\n## Status\n\n" + _status(composer)


def _alarms(composer: Composer) -> str:
    found = [sample.present(shelved=shelved).topics for shelved in (False, True)]
    states, beacons = (
        [
            composer.present(path, content)
            for topics in found
            for path, content in topics.items()
            if path.startswith(start)
        ]
        for start in (STATES, BEACON_TOPIC)
    )
    alarm = "\n## Alarm\n\n" + _section(ALARM, *states) + ALARMS
    return alarm + "\n## Beacon\n\n" + _section(BEACON, *beacons) + LAMPS


def _status(composer: Composer) -> str:
    told = [
        composer.status("online", "connected", sample.TIME),
        composer.beat(beat_of(sample.status(), "broker")),
        composer.status("offline", "stopped", sample.TIME),
        composer.status("offline", "connection lost", sample.TIME),
    ]
    how = (
        f"\n`acquiring` comes every {PERIOD:g} s while pollers and journal make progress. "
        "`stopped` is a stop in order;\n`connection lost` is the will, published by the broker. "
        "What to alarm on: [health](../how-to/health.md).\n"
    )
    return _section(STATUS, *told) + how


def _section(meanings: Mapping[str, str], *messages: Message) -> str:
    shown = block("json", "\n".join(message.payload.decode() for message in messages))
    members: dict[str, Any] = {}
    for message in messages:
        members |= json.loads(message.payload)
    topics = dict.fromkeys(f"`{message.topic}`" for message in messages)
    return f"{', '.join(topics)}\n\n{shown}\n{_fields(meanings, members)}"


def _fields(meanings: Mapping[str, str], members: Mapping[str, Any]) -> str:
    """A table of what the messages have.

    Raises:
        ValueError: a member of a message has no meaning here, or a meaning no member.
    """
    if strange := meanings.keys() ^ members.keys():
        raise ValueError(f"not both in the messages and explained: {sorted(strange)}")
    rows = ((f"`{key}`", _TYPES[type(members[key])], words) for key, words in meanings.items())
    return table(("Member", "Type", ""), rows)


_TYPES: Mapping[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    dict: "object",
    list: "array of strings",
}
