"""Metrics of alarms, and of the lamps and horns for them."""

from daq.control.status import AlarmCount, AnnunciatorStatus
from daq.metrics.metric import Table, gauge

ALARMS = Table[AlarmCount](
    "Alarms",
    ("state", "priority"),
    lambda status: status.alarms,
    lambda count: (count.state, count.priority),
    (
        gauge(
            "lab_daq_alarms",
            "Alarms by state, in the words of ISA-18.2, and priority; none that are not there.",
            lambda c: c.count,
        ),
    ),
)

ANNUNCIATORS = Table[AnnunciatorStatus](
    "Lamps and horns",
    ("annunciator",),
    lambda status: status.annunciators,
    lambda each: (each.name,),
    (
        gauge(
            "lab_daq_annunciator_up",
            "1 while lamp and horn do what the alarms ask for.",
            lambda a: not a.trouble,
        ),
        gauge(
            "lab_daq_annunciator_horn",
            "1 while the horn sounds; none while that is not known.",
            lambda a: a.horn if a.lamp else None,
        ),
    ),
)
