"""Metrics of the people who are told."""

from daq.control.status import RecipientStatus
from daq.metrics.metric import Table, counter, gauge

NS = 1e9

RECIPIENTS = Table[RecipientStatus](
    "Recipients of notifications",
    ("recipient",),
    lambda status: status.recipients,
    lambda one: (one.name,),
    (
        gauge(
            "lab_daq_recipient_up",
            "1 while they can be told; 0 while attempts fail.",
            lambda one: not one.trouble,
        ),
        gauge(
            "lab_daq_recipient_on_duty",
            "1 while one of their shifts goes on, or they have none.",
            lambda one: one.on_duty,
        ),
        gauge(
            "lab_daq_recipient_waiting",
            "Alarms and events they have to be told of and have not been.",
            lambda one: one.waiting,
        ),
        counter(
            "lab_daq_recipient_messages_total",
            "Messages that were taken.",
            lambda one: one.sent,
        ),
        counter(
            "lab_daq_recipient_told_total",
            "Alarms and events these messages told of.",
            lambda one: one.matters,
        ),
        counter(
            "lab_daq_recipient_failures_total",
            "Attempts that failed.",
            lambda one: one.failures,
        ),
        gauge(
            "lab_daq_recipient_last_message_timestamp_seconds",
            "When a message was last taken; 0 when none was since the start.",
            lambda one: one.last / NS,
        ),
    ),
)
