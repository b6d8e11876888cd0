"""The simulated laboratory with a climate chamber, and alarms on it and on the furnace."""

from pathlib import Path

from daq.control.alarms import AlarmRequest, AlarmStatus, ask_alarm, ask_alarms
from daq.control.incidents import (
    IncidentCloseRequest,
    IncidentTickRequest,
    ask_change,
    ask_incident,
    ask_incidents,
)
from daq.incidents.past import incidents_since
from daq.journal import JournalReader
from daq.journal.entry import Event
from tests.servers.process import free_port
from tests.system.web.lab import Lab, until

CHAMBER = """
[bus.chamber-line]
address = "127.0.0.1:{port}"
timeout = "500ms"
retry_limit = "1s"

[instrument.chamber]
profile = "binder-mb1"
bus = "chamber-line"
unit = 1
title = "Climate chamber"
room = "Heat treatment"
asset = "CH-0002"
group.climate = {{ interval = "500ms", channels = ["temperature", "setpoint"] }}

[alarm.chamber]
type = "limit"
channel = "chamber.temperature"
title = "Chamber too hot"
high = 45
high_high = 120
dead_band = 1
priority = "high"
group = "chamber"

[alarm.furnace]
type = "quality"
channel = "furnace.temperature"
title = "Furnace is not measured"
on_delay = "3s"
priority = "medium"
group = "furnace"

[incident.over-temperature]
alarms = ["chamber.*"]
priorities = ["critical", "high"]

[procedure.over-temperature]
title = "Chamber over temperature"
alarms = ["chamber.*"]
steps = ["Switch the heating off", "Look whether anybody is in danger", "Open the door"]

[lab.wire.chamber-line]
tcp = "127.0.0.1:{port}"
framing = "tcp"
[lab.device.chamber]
model = "binder-mb1"
wire = "chamber-line"
unit = 1
setpoints = [25.0]
"""

HOT = "chamber.high"

FAST = 20.0
"""How much faster than in life the chamber heats and cools."""


class AlarmLab(Lab):
    """With alarms; nobody has done anything about them yet."""

    groups = 5

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        more = CHAMBER.format(port=free_port(), folder=folder)
        self.config.write_text(self.config.read_text("utf-8") + more, "utf-8")

    def heat(self, celsius: float) -> None:
        """Give the chamber a set point, quickly."""
        self.ask("speed", speed=FAST)
        self.ask("set", device="chamber", values={"setpoint": celsius})

    def alarm(self, name: str) -> AlarmStatus:
        """An alarm as the daemon has it."""
        return next(one for one in ask_alarms(self.socket) if one.name == name)

    def becomes(self, name: str, state: str) -> AlarmStatus:
        """An alarm as soon as it is in a state."""

        def found() -> AlarmStatus | None:
            alarm = self.alarm(name)
            return alarm if alarm.state == state else None

        return until(found, f"{name} is {state}")

    def act(self, name: str, action: str, *, reason: str = "", seconds: float = 0.0) -> None:
        """Do something with an alarm, as from the terminal."""
        request = AlarmRequest(
            alarm=name, action=action, by="Terminal", reason=reason, seconds=seconds
        )
        ask_alarm(self.socket, request)

    def steps(self, name: str, after: int = 0) -> list[Event]:
        """What the journal has of an alarm beyond a number, in its order."""
        found = [event for event in self.events() if event.kind.startswith("alarm-")]
        return [event for event in found if event.subject == name and event.seq > after]

    def ring(self) -> Event:
        """The chamber is too hot, and nobody has taken charge; what raised it."""
        last = 0
        if not self.alarm(HOT).active:
            last = self.last
            self.heat(60.0)
            until(lambda: self.alarm(HOT).active, "the chamber is too hot")
        if self.alarm(HOT).state == "out of service":
            self.act(HOT, "in-service")
        if self.alarm(HOT).state == "acknowledged":  # what was hidden is new to people
            self.act(HOT, "shelved", reason="for a test", seconds=600)
        if self.alarm(HOT).until:
            self.act(HOT, "unshelved")
        assert self.alarm(HOT).state == "unacknowledged"
        return until(lambda: self.kinds(HOT, "alarm-raised", last), "the journal has it")[-1]

    def kinds(self, name: str, kind: str, after: int = 0) -> list[Event]:
        """The events of a kind that the journal has of an alarm."""
        return [event for event in self.steps(name, after) if event.kind == kind]

    def calm(self) -> None:
        """As it was at first: the chamber is cool, and nobody has to be told."""
        self.heat(25.0)
        until(lambda: not self.alarm(HOT).active, "the chamber is cool")
        if "unacknowledged" in self.alarm(HOT).state:
            self.act(HOT, "acknowledged")
        assert self.alarm(HOT).state == "normal"

    def incidents(self) -> list[str]:
        """The incidents of the journal by name, the oldest first."""
        with JournalReader(self.journal) as reader:
            return [one.id for one in incidents_since(reader)]

    def close_incidents(self) -> None:
        """Close what other tests have left open, as from the terminal."""
        for one in ask_incidents(self.socket):
            for step in ask_incident(self.socket, one.id).steps if one.is_open else ():
                if step.tick == "open":
                    tick = IncidentTickRequest(incident=one.id, step=step.number, by="Terminal")
                    ask_change(self.socket, tick)
            if one.is_open:
                close = IncidentCloseRequest(incident=one.id, by="Terminal", reason="for a test")
                ask_change(self.socket, close)
