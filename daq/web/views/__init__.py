"""The views, in the order of the navigation: a folder each, none knows another."""

from collections.abc import Sequence

from daq.web.view import Make
from daq.web.views.alarm import view as alarm
from daq.web.views.alarms import view as alarms
from daq.web.views.buses import view as buses
from daq.web.views.delivery import view as delivery
from daq.web.views.events import view as events
from daq.web.views.figures import view as figures
from daq.web.views.incident import view as incident
from daq.web.views.incidents import view as incidents
from daq.web.views.instrument import view as instrument
from daq.web.views.overview import view as overview
from daq.web.views.run import view as run
from daq.web.views.runs import view as runs
from daq.web.views.series import view as series
from daq.web.views.usage import view as usage

VIEWS: Sequence[Make] = (
    overview.make,
    instrument.make,
    alarms.make,
    alarm.make,
    figures.make,
    incidents.make,
    incident.make,
    runs.make,
    run.make,
    series.make,
    usage.make,
    buses.make,
    delivery.make,
    events.make,
)
