"""Metrics of the journal."""

from daq.control.status import JournalStatus
from daq.metrics.metric import Table, by_one_label, counter, gauge, no_labels

JOURNAL = Table[JournalStatus](
    "The journal",
    (),
    lambda status: [status.journal],
    no_labels,
    (
        gauge(
            "lab_daq_journal_up",
            "1 while entries can be written; 0 while they wait in memory.",
            lambda j: not j.trouble,
        ),
        gauge(
            "lab_daq_journal_size_bytes",
            "What the files of the journal take on disk.",
            lambda j: j.size_bytes,
        ),
        gauge(
            "lab_daq_journal_used_bytes",
            "What of it holds something; this counts against max_size.",
            lambda j: j.used_bytes,
        ),
        gauge(
            "lab_daq_journal_max_bytes",
            "The configured max_size.",
            lambda j: j.max_size,
        ),
        gauge(
            "lab_daq_journal_room_bytes",
            "What the disk can still take.",
            lambda j: j.room_bytes,
        ),
        gauge(
            "lab_daq_journal_growth_bytes_per_second",
            "Growth over the last hour; absent until a minute has been seen.",
            lambda j: j.growth,
        ),
        gauge(
            "lab_daq_journal_full_seconds",
            "Time until max_size or the disk is full, whichever is first; absent when neither "
            "comes nearer.",
            lambda j: j.seconds_to_full,
        ),
        gauge(
            "lab_daq_journal_last_entry",
            "Number of the newest committed entry.",
            lambda j: j.committed,
        ),
        gauge(
            "lab_daq_journal_pending_entries",
            "Entries that wait to be committed.",
            lambda j: j.pending,
        ),
        counter(
            "lab_daq_journal_commits_total",
            "Commits.",
            lambda j: j.commits,
        ),
        counter(
            "lab_daq_journal_commit_failures_total",
            "Commits that failed and are tried again.",
            lambda j: j.failed_commits,
        ),
        counter(
            "lab_daq_journal_dropped_entries_total",
            "Entries given up for want of room, on disk or in memory.",
            lambda j: j.dropped,
        ),
        counter(
            "lab_daq_journal_expired_entries_total",
            "Entries deleted because of their age.",
            lambda j: j.expired,
        ),
        counter(
            "lab_daq_journal_undelivered_entries_total",
            "Entries deleted that a sink had not got.",
            lambda j: by_one_label(j.undelivered),
            "sink",
        ),
    ),
)
