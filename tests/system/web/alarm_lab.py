"""The simulated laboratory with a climate chamber, and alarms on it and on the furnace."""

from pathlib import Path

from daq.control.alarms import AlarmRequest, AlarmStatus, ask_alarm, ask_alarms
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

    def calm(self) -> None:
        """All as it was at first: cool, heard, acknowledged."""
        self.heat(25.0)
        for name in ("chamber.high", "furnace"):
            until(lambda name=name: not self.alarm(name).active, f"{name} is over")
            alarm = self.alarm(name)
            if alarm.state == "out of service":
                self.act(name, "in-service")
            if alarm.until:
                self.act(name, "unshelved")
            if "unacknowledged" in self.alarm(name).state:
                self.act(name, "acknowledged")
            assert self.alarm(name).state == "normal"
