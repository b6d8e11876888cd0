"""Every kind of event there is: the one place that says what each means and carries.

Whoever tells of an event names its kind from here; ``docs/reference/events.md`` is made of it.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

from daq.journal.entry import Severity

About: TypeAlias = Literal[
    "daq",
    "journal",
    "bus",
    "instrument",
    "sink",
    "loop",
    "alarm",
    "annunciator",
    "incident",
    "run",
    "recipient",
    "user",
]
"""What an event is about. ``daq`` and ``journal`` are the subject itself, the others are names."""


class Kind(msgspec.Struct, frozen=True):
    """A kind of event: its stable name, how grave it may be, what it is about, what it carries.

    ``data`` has a few words for each particular; a particular may be missing from an event.
    ``meaning`` is a sentence of Markdown without its full stop.
    """

    name: str
    severities: tuple[Severity, ...]
    about: About
    meaning: str
    data: Mapping[str, str] = {}


_HASH = "the configuration in force, with its profiles"
_OS_USER = {
    "os_user": "the account of this machine that asked, as the kernel says: `by` is what was said"
}
_SECONDS = "how long it lasted"
_TIMES = "how often it went away meanwhile"
_REASON = {"reason": "the reason its scans have", "error": "the class of the error"}
_RELEASED = {
    "count": "how many",
    "first": "lowest number",
    "last": "highest number",
    "by": "the user who asked",
    "reason": "why, as it was said",
    **_OS_USER,
}

START = Kind(
    "start",
    ("info",),
    "daq",
    "the daemon began",
    {"version": "of the daemon", "config_hash": _HASH},
)
STOP = Kind("stop", ("info",), "daq", "the daemon ended in order")
CONFIGURATION_CHANGED = Kind(
    "configuration-changed",
    ("info",),
    "daq",
    "a changed configuration is in force. What a restarted bus acquires after it is acquired by "
    "the new one",
    {
        "config_hash": _HASH,
        "previous_hash": "the one before",
        "added": "parts that are new: `bus rs485-1, sink broker`",
        "removed": "parts that are gone",
        "restarted": "parts that began anew",
        "applied": "keys that took effect without a restart",
        "changes": "each key that differs, a line each: `key: before -> after`",
        "by": "who had it read anew; `SIGHUP` for a signal, of which nobody knows who sent it",
        "why": "the reason",
        **_OS_USER,
    },
)
CONFIGURATION_REFUSED = Kind(
    "configuration-refused",
    ("error",),
    "daq",
    "the configuration on disk is wrong, or cannot be taken while the daemon runs; the old one "
    "runs on. All errors are in the log",
    {
        "errors": "how many",
        "first": "the first of them",
        "config_hash": _HASH,
        "by": "who had it read",
        "why": "the reason",
        **_OS_USER,
    },
)
INSTRUMENT_FOUND = Kind(
    "instrument-found",
    ("info",),
    "instrument",
    "it answers for the first time since its bus was started",
    {"serial_number": "as it says", "firmware": "as it says"},
)
INSTRUMENT_FAULT = Kind(
    "instrument-fault",
    ("warning", "error"),
    "instrument",
    "it does not answer, or declines (warning), or is another one than configured (error)",
    _REASON,
)
INSTRUMENT_RESTORED = Kind(
    "instrument-restored",
    ("info",),
    "instrument",
    "it answers again",
    {"seconds": _SECONDS, "times": _TIMES},
)
INSTRUMENT_SILENT = Kind(
    "instrument-silent",
    ("error",),
    "instrument",
    "no reading of use for `silent_after` (1 min) and three intervals, whatever the cause but a "
    "lost bus: the escalation of a fault, or all there is when nothing failed and yet nothing "
    "comes",
    {
        "seconds": "for how long by now",
        "bus": "its bus",
        "groups": "the scan groups without a reading of use",
        "cause": "what is known of the cause, in words",
    },
)
INSTRUMENT_SPEAKS = Kind(
    "instrument-speaks",
    ("info",),
    "instrument",
    "every group has given readings of use again",
    {"seconds": _SECONDS, "groups": "the scan groups that had been silent"},
)
BUS_LOST = Kind(
    "bus-lost",
    ("error",),
    "bus",
    "the port or connection cannot be opened, or was lost",
    _REASON,
)
BUS_RESTORED = Kind(
    "bus-restored",
    ("info",),
    "bus",
    "back in use; its instruments have no events of their own for this",
    {"seconds": _SECONDS, "times": _TIMES},
)
BUS_SILENT = Kind(
    "bus-silent",
    ("error",),
    "bus",
    "it is lost, and the first of its instruments has been silent for its `silent_after`: the "
    "escalation of `bus-lost`, one for all its instruments",
    {
        "seconds": "for how long by now",
        "count": "how many instruments it has",
        "instruments": "their names, up to 20",
        "cause": "what is known of the cause, in words",
    },
)
BUS_SPEAKS = Kind(
    "bus-speaks",
    ("info",),
    "bus",
    "it is in use, and its instruments give readings of use again. One that does not, although the "
    "bus has been back for its `silent_after`, has an `instrument-silent` of its own before this",
    {"seconds": _SECONDS},
)
SINK_LOST = Kind(
    "sink-lost",
    ("warning", "error"),
    "sink",
    "it does not deliver; an error when it is misconfigured, so that waiting does not help",
    {"error": "what went wrong"},
)
SINK_RESTORED = Kind(
    "sink-restored",
    ("info",),
    "sink",
    "it delivers again",
    {"outage_s": "seconds it lasted", "waiting": "entries that have gathered"},
)
SINK_SWITCHED = Kind(
    "sink-switched",
    ("warning", "info"),
    "sink",
    "it delivers to another of its addresses; a warning when that is a less preferred one",
    {"from": "address left", "to": "address in use", "reason": "why"},
)
ENTRIES_REFUSED = Kind(
    "entries-refused",
    ("warning",),
    "sink",
    "it refuses entries, which go to quarantine",
    {"first": "number of the first one", "reason": "of the first one"},
)
ENTRIES_REFUSED_END = Kind(
    "entries-refused-end",
    ("info",),
    "sink",
    "it has refused nothing for a minute",
    {"count": "entries refused meanwhile"},
)
QUARANTINE_RELEASED = Kind(
    "quarantine-released",
    ("info",),
    "sink",
    "entries of its quarantine are delivered once more",
    _RELEASED,
)
QUARANTINE_DROPPED = Kind(
    "quarantine-dropped",
    ("info",),
    "sink",
    "entries of its quarantine were given up for it",
    _RELEASED,
)
JOURNAL_TROUBLE = Kind(
    "journal-trouble", ("error",), "journal", "it cannot be written; entries wait in memory"
)
JOURNAL_TROUBLE_END = Kind(
    "journal-trouble-end",
    ("warning",),
    "journal",
    "it is written again",
    {
        "seconds": _SECONDS,
        "count": "entries lost meanwhile",
        "first": "number of the first lost one",
        "last": "number of the last lost one",
    },
)
JOURNAL_FULL = Kind(
    "journal-full",
    ("warning", "error"),
    "journal",
    "`max_size` is reached, or the disk is full and more than half of `max_pending` waits: the "
    "oldest entries give way (warning), or the new ones (error)",
    {"policy": "`when_full`"},
)
JOURNAL_FULL_END = Kind(
    "journal-full-end",
    ("info",),
    "journal",
    "it has room again",
    {"policy": "`when_full`", "count": "entries given up meanwhile"},
)
UNDELIVERED_DROPPED = Kind(
    "undelivered-dropped",
    ("error",),
    "sink",
    "entries are being deleted before the sink has them",
    {"first": "number of the first one", "for_room": "true for want of room, false for their age"},
)
UNDELIVERED_DROPPED_END = Kind(
    "undelivered-dropped-end",
    ("warning",),
    "sink",
    "nothing is deleted any more that the sink has not got",
    {"count": "entries it will never get"},
)
JOURNAL_DAMAGED = Kind(
    "journal-damaged",
    ("error",),
    "journal",
    "the file was damaged, removed or cut off; what could be read is in a new one",
    {
        "reason": "what was wrong with it",
        "file": "the damaged one, which is kept",
        "entries": "how many were recovered",
        "first": "the lowest number among them; what had been before it, and was not deleted, is "
        "among the missing, unless the damage took what tells that, too",
        "last": "the highest number among them",
        "committed": "the last number that had been in the file, 0 if not known",
        "floor": "numbers go on beyond it",
        "missing": "how many numbers are missing up to `last`",
        "gaps": "which",
        "unreadable_pages": "how many",
    },
)
JOURNAL_MIGRATED = Kind(
    "journal-migrated",
    ("info",),
    "journal",
    "a file of an older version was brought up to date",
    {"from": "version of the schema before", "to": "version now"},
)
CHECKPOINT = Kind(
    "checkpoint",
    ("info",),
    "journal",
    "the daemon vouches for all entries up to a number, with the station's key if it has one: "
    "every day, when it stops, and when asked",
    {
        "text": "the checkpoint, as docs/reference/chain.md says; with its signature",
        "entry": "the last entry it vouches for",
        "link": "of that entry in the chain, hex",
        "fingerprint": "of the key that signed, hex; empty without one",
        "why": "daily, stop, or asked",
    },
)
CHECKPOINT_STAMPED = Kind(
    "checkpoint-stamped",
    ("info",),
    "journal",
    "a time-stamping authority (RFC 3161) has seen a checkpoint",
    {
        "checkpoint": "the number of its event",
        "token": "the answer of the authority, DER in base64",
        "authority": "its address",
        "stamped": "the time it states",
    },
)
CHECKPOINT_FAILED = Kind(
    "checkpoint-failed",
    ("warning",),
    "journal",
    "a checkpoint could not be deposited or stamped with a time; it is tried again",
    {"way": "deposit or time-stamp", "error": "what went wrong"},
)
CHECKPOINT_RESTORED = Kind(
    "checkpoint-restored",
    ("info",),
    "journal",
    "checkpoints are deposited or stamped again, those that waited too",
    {"way": "deposit or time-stamp", "seconds": _SECONDS},
)
RETENTION_FAILED = Kind(
    "retention-failed", ("error",), "journal", "it cannot be kept within its limits"
)
ARCHIVE_WRITTEN = Kind(
    "archive-written",
    ("info", "warning"),
    "journal",
    "a day is in the archive; a warning when entries of it are missing, which were deleted before",
    {
        "day": "in UTC",
        "first": "number of its first entry",
        "last": "number of its last one",
        "entries": "how many it has",
        "missing": "how many numbers since the day before are not in it",
        "sha256": "of its manifest",
    },
)
ARCHIVE_FAILED = Kind(
    "archive-failed",
    ("error",),
    "journal",
    "days that are over cannot be archived; it is tried again, and nothing is deleted for its age "
    "meanwhile",
    {"error": "what went wrong"},
)
ARCHIVE_RESTORED = Kind(
    "archive-restored",
    ("info",),
    "journal",
    "days are archived again",
    {"seconds": _SECONDS},
)
CLOCK_STEPPED = Kind(
    "clock-stepped",
    ("warning",),
    "daq",
    "the wall clock was set by half a second or more. What was acquired in the second before may "
    "already have the new time",
    {"seconds": "by how much; below 0 when it was set back"},
)
SUSPENDED = Kind("suspended", ("warning",), "daq", "the machine slept", {"seconds": "for how long"})
TIME_PASSED = Kind(
    "time-passed",
    ("info",),
    "daq",
    "nothing had been journalled for so long that a rule on silence, or a shelf, was due; it lets "
    "time go by for the alarms, in a replay as well",
)
LOOP_STUCK = Kind(
    "loop-stuck",
    ("error",),
    "loop",
    "a poller, a pump or the journal does not go on; the watchdog is no longer fed, systemd "
    "restarts the daemon",
    {"seconds": "for how long it should have been seen"},
)
LOOP_RESTORED = Kind(
    "loop-restored",
    ("warning",),
    "loop",
    "it went on after all",
    {"seconds": _SECONDS},
)

_CERTIFICATES = {"certificates": "their numbers"}
CERTIFICATE_IN_FORCE = Kind(
    "certificate-in-force",
    ("info",),
    "instrument",
    "a certificate came into force that this journal has not had before: its corrections and "
    "uncertainties hold for scans from then on",
    {
        "number": "of the certificate",
        "laboratory": "who calibrated",
        "calibrated": "day of the calibration",
        "due": "last day before it is past due; empty without one",
        "channels": "which it corrects",
        "previous": "numbers of those that were in force before for these channels",
        "previous_hash": "their SHA-256",
        "by": "who had the configuration read anew; empty at a start of the daemon",
        "why": "the reason",
        **_OS_USER,
        "hash": "SHA-256 of `certificate`",
        "certificate": "the whole of it, as JSON with sorted keys",
    },
)
CERTIFICATE_MISMATCH = Kind(
    "certificate-mismatch",
    ("warning",),
    "instrument",
    "the instrument that answers is not the one that was calibrated; nothing is corrected with "
    "that certificate, and readings are `uncertain: wrong certificate`",
    {
        **_CERTIFICATES,
        "serial_number": "of the instrument that answers",
        "calibrated": "the serial number in the certificate",
    },
)
CALIBRATION_DUE = Kind(
    "calibration-due",
    ("warning", "error"),
    "instrument",
    "a calibration will soon be past due, or is (an error): then its readings are "
    "`uncertain: calibration due`. Told at the days of `[calibration] remind`",
    {
        **_CERTIFICATES,
        "due": "the last day before it is past due",
        "days": "from now until that day; below 0 when it is past",
        "channels": "which are affected",
    },
)

_ALARM = {
    "state": "how the alarm is after it, in the words of the standard",
    "priority": "critical, high, medium or low",
    "active": "whether its rule holds",
    "pending": "whether somebody has to acknowledge it",
    "shelved": "the end of its shelf, ns since 1970 UTC; 0 when it is not shelved",
    "suppressed": "whether it is suppressed by design",
    "out": "whether it is out of service",
    "group": "of the alarm",
}
_RULED = {"cause": "the number of the entry that led to it"}
_PEOPLE = {"by": "who did it", "why": "the reason", **_OS_USER}
_BEFORE = {"before": "how it was before, of what people did"}
_ACTED = {**_ALARM, **_BEFORE, **_PEOPLE}
ALARM_RAISED = Kind(
    "alarm-raised",
    ("error", "warning", "info"),
    "alarm",
    "its rule holds: an error from priority high on, info while it is shelved, suppressed or out "
    "of service",
    {
        **_ALARM,
        **_RULED,
        "saw": "what its rule saw: the value, and what it was held against",
        "first_out": "true for the first of its group",
        "held_back": "true when it can wait until a flood of alarms is over",
        "began": "the time of the reading with which its rule began to hold, ns since 1970 UTC",
        "noticed": "when the daemon had judged the reading with which it was raised, likewise",
    },
)
ALARM_RETURNED = Kind(
    "alarm-returned", ("info",), "alarm", "its rule holds no longer", {**_ALARM, **_RULED}
)
ALARM_ACKNOWLEDGED = Kind(
    "alarm-acknowledged",
    ("info",),
    "alarm",
    "somebody has taken charge",
    _ACTED,
)
ALARM_SHELVED = Kind(
    "alarm-shelved",
    ("info",),
    "alarm",
    "it is kept quiet until a moment",
    _ACTED,
)
ALARM_UNSHELVED = Kind(
    "alarm-unshelved",
    ("info",),
    "alarm",
    "its shelf has ended, by itself or by somebody",
    {**_ACTED, **_RULED},
)
ALARM_SUPPRESSED = Kind(
    "alarm-suppressed",
    ("info",),
    "alarm",
    "it is kept quiet by its `when` or `unless`",
    {**_ALARM, **_RULED},
)
ALARM_UNSUPPRESSED = Kind(
    "alarm-unsuppressed",
    ("info",),
    "alarm",
    "it is heard again",
    {**_ALARM, **_RULED},
)
ALARM_OUT_OF_SERVICE = Kind(
    "alarm-out-of-service",
    ("info",),
    "alarm",
    "it is kept quiet until somebody puts it back",
    _ACTED,
)
ALARM_IN_SERVICE = Kind(
    "alarm-in-service",
    ("info",),
    "alarm",
    "it was put back into service",
    _ACTED,
)
ALARM_COMMENT = Kind(
    "alarm-comment",
    ("info",),
    "alarm",
    "somebody has said something about it; it is as it was",
    _ACTED,
)
ALARM_RETIRED = Kind(
    "alarm-retired",
    ("info",),
    "alarm",
    "it is configured no more, and all that was known of it ends",
    {**_ALARM, "why": "that"},
)
STANDARD_CHECKED = Kind(
    "standard-checked",
    ("info",),
    "alarm",
    'a check standard was measured (`type = "check-standard"`)',
    {
        "value": "mean of the readings",
        "error": "how far that is from the standard's value",
        "readings": "how many",
        **_RULED,
    },
)
FLOOD_BEGAN = Kind(
    "flood-began",
    ("warning",),
    "daq",
    "more alarms than one person can attend to: until it is over, people are told of them together",
    {**_RULED, "rule": "the alarm of the kind `flood` that says so, if one is configured"},
)
FLOOD_OVER = Kind(
    "flood-over",
    ("info",),
    "daq",
    "alarms are few enough again to be told one by one",
    {**_RULED, "rule": "likewise"},
)
ALARMS_WATCHED = Kind(
    "alarms-watched",
    ("info",),
    "daq",
    "other alarms are configured than before",
    {
        "names": "of those that are watched, and after an @ the rooms they are in",
        "gone": "names that were there once and are no more, up to 1,000",
    },
)
ANNUNCIATOR_SWITCHED = Kind(
    "annunciator-switched",
    ("info",),
    "annunciator",
    "lamp and horn do something else than before, or were told the same after a start",
    {
        "lamp": "off, steady or flashing",
        "horn": "whether it sounds",
        "alarm": "the most urgent of the alarms that decide",
        "priority": "of that alarm",
        "unacknowledged": "how many alarms wait for somebody",
        "active": "of how many the rule holds",
    },
)
ANNUNCIATOR_FAILED = Kind(
    "annunciator-failed",
    ("error",),
    "annunciator",
    "lamp and horn may not do what they should; it is tried again",
    {"reason": "what went wrong", "lamp": "what it should be", "horn": "what it should be"},
)
ANNUNCIATOR_RESTORED = Kind(
    "annunciator-restored",
    ("info",),
    "annunciator",
    "lamp and horn do what they should again",
    {"seconds": _SECONDS, "count": "attempts that failed meanwhile"},
)

_ABOUT = {
    "instruments": "what it is about, one name a line",
    "rooms": "the same",
    "groups": "the same",
    "buses": "the same",
}
_PROCEDURE = {"procedure": "its name in the configuration"}
INCIDENT_OPENED = Kind(
    "incident-opened",
    ("error", "warning"),
    "incident",
    "it began, by a rule because of an alarm or by somebody: an error from priority high on",
    {
        "title": "what is the matter",
        "rule": "the `[incident.NAME]` that opened it",
        **_PEOPLE,
        "within": "seconds within which alarms join",
        "join_by": "what they have in common, one a line",
        **_ABOUT,
    },
)
INCIDENT_JOINED = Kind(
    "incident-joined",
    ("info",),
    "incident",
    "an alarm belongs to it, the one that opened it included",
    {
        "alarm": "its name",
        "priority": "of the alarm",
        "title": "of the alarm",
        "raised": "when it was raised, ns since 1970 UTC",
        "cause": "the number of the event that said so",
        "state": "how it was then",
        "active": "whether its rule held",
        "times": "how often it was raised",
        **_ABOUT,
    },
)
INCIDENT_PROCEDURE = Kind(
    "incident-procedure",
    ("info",),
    "incident",
    "a procedure applies",
    {**_PROCEDURE, "title": "what people call it", "steps": "its check list, one step a line"},
)
INCIDENT_NOTE = Kind(
    "incident-note",
    ("info",),
    "incident",
    "somebody noted something",
    {"by": "who did it", "text": "the whole note", **_OS_USER},
)
INCIDENT_STEP = Kind(
    "incident-step",
    ("info",),
    "incident",
    "somebody did a step of the check list, said that it does not apply, or took that back",
    {
        "step": "its number",
        "tick": "done, skipped or open",
        "before": "which of these it was before",
        **_PEOPLE,
    },
)
INCIDENT_RECORDED = Kind(
    "incident-recorded",
    ("info", "warning"),
    "incident",
    "the latest traffic of a bus is kept with it, or could not be (warning)",
    {
        "bus": "which",
        "file": "in the folder of incidents beside the journal",
        "pieces": "how many",
        "size": "of the file in bytes",
        "sha256": "of the file, hex",
        "trouble": "why it could not be kept",
    },
)
INCIDENT_CLOSED = Kind(
    "incident-closed",
    ("info",),
    "incident",
    "somebody closed it and said what came of it",
    {**_PEOPLE},
)
_KEY = {"key": "what the client called its request, so that asking again does nothing"}
_WITH = {"instruments": "those of the run, one name a line"}
RUN_STARTED = Kind(
    "run-started",
    ("info",),
    "run",
    "a run began: from here on the readings of its instruments belong to it",
    {
        "by": "who told of it",
        **_OS_USER,
        "operator": "who does the work",
        "instruments": "with which, one name a line",
        "sample": "number of the sample",
        "order": "number of the order",
        "standard": "after which it is done",
        "method": "the `[method.NAME]`",
        "programme": "the `[programme.NAME]`",
        "cost_centre": "who pays",
        "why": "the reason",
        **_KEY,
    },
)
RUN_MARKED = Kind(
    "run-marked",
    ("info",),
    "run",
    "somebody noted something at a time of it",
    {"by": "who did it", "text": "the whole note", **_OS_USER, **_WITH, **_KEY},
)
RUN_PAUSED = Kind("run-paused", ("info",), "run", "it rests", {**_PEOPLE, **_WITH, **_KEY})
RUN_RESUMED = Kind("run-resumed", ("info",), "run", "it goes on", {**_PEOPLE, **_WITH, **_KEY})
RUN_SIGNED = Kind(
    "run-signed",
    ("info",),
    "run",
    "somebody stands for it after its end",
    {
        **_PEOPLE,
        "meaning": "performed, reviewed, approved",
        "name": "the printed name of who signed",
        "digest": "SHA-256 of what was signed, hex",
        **_WITH,
        **_KEY,
    },
)
RUN_CARRIED = Kind(
    "run-carried",
    ("info",),
    "run",
    "it goes on since a day or more: said again, once a day and after a start, so that it is known "
    "when the journal has given up the entries of its beginning",
    {
        "begun": "when it began, ns since 1970 UTC",
        "begun_by": "who told of it",
        "paused": "since when it rests, likewise; 0 when it does not",
        "operator": "as in `run-started`, with all that follows",
        **_WITH,
        "sample": "as there",
        "order": "as there",
        "standard": "as there",
        "method": "as there",
        "programme": "as there",
        "cost_centre": "as there",
        "why": "as there",
    },
)
RUN_ENDED = Kind(
    "run-ended",
    ("info", "warning"),
    "run",
    "it is over: completed, or aborted (warning)",
    {
        "by": "who did it",
        "outcome": "completed or aborted",
        "conclusion": "what came of it",
        **_OS_USER,
        **_WITH,
        **_KEY,
    },
)
_SEGMENT = {
    "step": "its place in the programme, such as `2.1`",
    "name": "what people call it",
    "kind": "ramp or dwell",
    "cycle": "number of the cycle of each loop around it: `3` or `3.2`",
}
PROGRAMME_BEGUN = Kind(
    "programme-begun",
    ("info",),
    "run",
    "it is compared with a programme from here on",
    {
        "programme": "the `[programme.NAME]`",
        "definition": "the programme as it was then, JSON: what it is judged by ever after",
        "hash": "SHA-256 of that",
        "segments": "ramps and dwells, each as often as it is run through",
        "seconds": "how long it takes when nothing is waited for",
    },
)
PROGRAMME_STEP = Kind(
    "programme-step",
    ("info", "warning"),
    "run",
    "a ramp or dwell of its programme began, reached its band, deviated, was interrupted, or was "
    "done; a warning where it deviated, was not reached in time, was interrupted, or begins anew",
    {
        "what": "`begun`, `reached`, `late`, `deviated`, `restarted`, `interrupted`, `goes-on`, "
        "`done`",
        **_SEGMENT,
        "seconds": "how long it waited (reached), what was lost (restarted), how long it lasted "
        "(goes-on)",
        "cause": "of an interruption: `no-data`, `power`, `stopped`, `paused`",
        "verdict": "`within`, `deviated`, `unfinished` (done)",
        "result": "the figures of what was done, JSON (docs/reference/programmes.md)",
        "interruption": "the interruption that is over, JSON",
    },
)
PROGRAMME_ENDED = Kind(
    "programme-ended",
    ("info", "warning"),
    "run",
    "its programme is over: completed, void after too long an interruption, or cut off by the end "
    "of the run",
    {
        "status": "`completed`, `void`, `cut`",
        "deviated": "how many ramps and dwells deviated",
        "interruptions": "how many there were",
        "seconds": "how long these were in all",
        "cycles": "completed cycles of each loop: `cycle 6 of 6`",
    },
)
NOTIFICATION_SENT = Kind(
    "notification-sent",
    ("info",),
    "recipient",
    "somebody was told: the way to them has taken the message",
    {
        "matters": "what of: numbers of the events it began with, each with how it was then",
        "count": "of how many things",
        "streak": "messages that have come without a rest before it",
        "digest": "true for a digest",
        "by": "who tried the way, for a test message",
    },
)
NOTIFICATION_FAILED = Kind(
    "notification-failed",
    ("error",),
    "recipient",
    "somebody cannot be told; it is tried until it succeeds, and others are told of it",
    {
        "error": "what went wrong",
        "waiting": "how many things the message was to tell of",
        "priority": "of the most urgent of them",
    },
)
NOTIFICATION_RESTORED = Kind(
    "notification-restored",
    ("info",),
    "recipient",
    "somebody can be told again, and has been told",
    {"seconds": _SECONDS},
)

_USER = {
    "before": "role, printed name, what they sign in with, before",
    "after": "the same after it",
    **_PEOPLE,
    "file_before": "SHA-256 of the file of users before",
    "file_after": "SHA-256 of it after",
}
_ADDRESS = {"address": "of the browser", **_OS_USER}
USER_ADDED = Kind("user-added", ("info",), "user", "there is a new user", _USER)
USER_CHANGED = Kind(
    "user-changed",
    ("info",),
    "user",
    "a user has another role, another token, is disabled, or let in again",
    _USER,
)
USER_PASSWORD_SET = Kind(
    "user-password-set", ("info",), "user", "a user was given another password", _USER
)
USERS_IN_FORCE = Kind(
    "users-in-force",
    ("info",),
    "daq",
    "the page goes by another state of the file of users. One whose `hash` is no `file_after` was "
    "not made by `daq users`",
    {
        "hash": "SHA-256 of the file",
        "previous": "of the one before",
        "changes": "each user that differs, one a line: before -> after",
        **_OS_USER,
    },
)
SIGNED_IN = Kind(
    "signed-in", ("info",), "user", "somebody signed in on the page", {"by": "who", **_ADDRESS}
)
SIGNED_OUT = Kind("signed-out", ("info",), "user", "somebody signed out", {"by": "who", **_ADDRESS})
SIGN_IN_FAILED = Kind(
    "sign-in-failed",
    ("warning",),
    "user",
    "a password was wrong, on the page or for a signature. The subject is `unknown` where the name "
    "is nobody's: people type passwords there",
    _ADDRESS,
)
USER_LOCKED = Kind(
    "user-locked",
    ("error",),
    "user",
    "so many wrong passwords that nothing of this user is believed for a while",
    {"seconds": "for how long", **_ADDRESS},
)
SERIES_BEGUN = Kind(
    "series-begun",
    ("info",),
    "run",
    "a run began that is measured by a method: its series of samples waits for the first",
    {
        "method": "the `[method.NAME]`",
        "standard": "that it follows",
        "edition": "of the standard",
        "instrument": "what measures",
        "count": "how many samples",
        "cause": "number of the event that told of the run",
        "rule": "the whole method as it was then, as JSON: what verdicts follow from",
    },
)
SERIES_IMPOSSIBLE = Kind(
    "series-impossible",
    ("warning",),
    "run",
    "a run began by a method that is not configured, or that none of its instruments measures",
    {"why": "what is missing"},
)
SERIES_LINE = Kind(
    "series-line",
    ("info",),
    "run",
    "a reading filled the next line of the series; the time is that of the reading",
    {
        "number": "of the sample, from 1",
        "time": "of the reading, ns since 1970 UTC",
        "entry": "number of its scan in the journal",
        "instrument": "what measured",
        "reading": "as it was read",
        "value": "as it is corrected under the certificate",
        "unit": "of both (UCUM)",
        "uncertainty": "expanded; missing where none is known",
        "k": "its coverage factor",
        "source": "whose uncertainty it is: number of the certificate, or `method`",
        "sample": "what the sample is called",
        "by": "who took it; missing for the key of the instrument",
        **_OS_USER,
        "statement": "what may be said of the value",
    },
)
SERIES_STRUCK = Kind(
    "series-struck",
    ("info",),
    "run",
    "somebody struck out a line of the series: the sample is measured again",
    {"number": "of the sample", **_PEOPLE},
)
SERIES_SAMPLE = Kind(
    "series-sample",
    ("info",),
    "run",
    "somebody named the next sample of the series",
    {"sample": "what it is called; missing: not any more", "by": "who did it", **_OS_USER},
)
SERIES_REFUSED = Kind(
    "series-refused",
    ("warning",),
    "run",
    "a reading filled no line of the series: it was not stable or not good, or none was due",
    {
        "why": "what was wrong with it",
        "by": "who wanted it; missing for the key of the instrument",
        **_OS_USER,
    },
)
SERIES_VERDICT = Kind(
    "series-verdict",
    ("info", "warning"),
    "run",
    "every sample of the series is measured, or the run ended before: what may be said of it "
    "(a warning for anything but a pass)",
    {
        "statement": "pass, conditional pass, conditional fail, fail; none: no statement possible",
        "why": "what it follows from, unless it is a pass",
        "count": "how many values",
        "mean": "of the values",
        "s": "their standard deviation (n - 1)",
        "min": "the smallest",
        "max": "the largest",
        "judgement": "all that follows from the values, as JSON",
    },
)

KINDS: tuple[Kind, ...] = tuple(kind for kind in globals().values() if isinstance(kind, Kind))
"""All of them, in the order of this module."""

BY_PEOPLE: frozenset[str] = frozenset(kind.name for kind in KINDS if "os_user" in kind.data)
"""What people do, or had done: these say which account of the machine asked for it."""
