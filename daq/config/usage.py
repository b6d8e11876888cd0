"""``[utilisation]``, ``[usage.NAME]``, ``[cost]``: what instruments do, and what it costs."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from daq.config.alarm.base import ChannelName, NotNegative, Number, Positive, Reference
from daq.config.recipient import Zone
from daq.config.types import INTEGER, Duration, Flag, Name, Table, Text, Within
from drivers.tomlfile import Expects

DECIMALS = 6
LARGEST = Decimal(10) ** 12

_MONEY = "an amount such as 12.50, with up to 6 decimals"
_DATE = "a date such as 2026-01-31"


def _money(value: object) -> Decimal:
    try:
        amount = Decimal(str(value))  # of 12.1 this is 12.1, which the float is not
    except InvalidOperation:
        raise ValueError(f"must be {_MONEY}") from None
    if not amount.is_finite() or not 0 <= amount <= LARGEST or amount != round(amount, DECIMALS):
        raise ValueError(f"must be {_MONEY}, from 0 to {LARGEST:,}")
    return amount


def _date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"must be {_DATE}") from None


def _currency(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", value):
        raise ValueError('must be a code of ISO 4217, such as "EUR" or "CNY"')
    return value


Money: TypeAlias = Annotated[
    Decimal,
    BeforeValidator(_money),
    PlainSerializer(float, when_used="json"),
    WithJsonSchema({"type": "number", "minimum": 0}),
    Expects(_MONEY),
]
Day: TypeAlias = Annotated[
    date,
    BeforeValidator(_date),
    WithJsonSchema({"type": "string", "format": "date"}),
    Expects(_DATE),
]
Currency: TypeAlias = Annotated[
    str, AfterValidator(_currency), Expects('a code of ISO 4217, such as "EUR"')
]
Centre: TypeAlias = Annotated[
    str, StringConstraints(max_length=100), Expects("the name or number of a cost centre")
]
StateName: TypeAlias = Literal["running", "idle", "off", "fault"]


class UtilisationConfig(Table, frozen=True):
    """What holds for the utilisation of all instruments."""

    time_zone: Zone | None = Field(
        default=None,
        description="in which months, shifts, days and tariffs are meant; that of "
        "`[notification]` when left out",
    )
    planned: tuple[Name, ...] | None = Field(
        default=None,
        min_length=1,
        description="shifts in which instruments are meant to be used; always when left out",
    )
    closed: tuple[Day, ...] = Field(
        default=(), description="days on which no such shift begins: holidays"
    )
    fault_after: Annotated[Duration, Within("0s", "1d")] = Field(
        default=60.0,
        description="how long something is wrong before it counts as a fault; shorter ones are "
        "unknown",
    )
    interval: Annotated[Duration, Within("10s", "1h")] | None = Field(
        default=None,
        description="time from one scan of states and energy to the next, journalled as groups "
        "`usage-NAME` of the instrument `daq`; none when left out",
    )


class ConditionConfig(Table, frozen=True):
    """When something is so: by a channel, or by an alarm."""

    channel: ChannelName | None = Field(
        default=None, description="the channel that says it, of this or another instrument"
    )
    above: Number | None = Field(default=None, description="while the value is above")
    below: Number | None = Field(default=None, description="while it is below; with above, between")
    values: tuple[bool | int | float | str, ...] = Field(
        default=(), description="while it is one of these numbers or texts, true or false"
    )
    dead_band: NotNegative = Field(
        default=0.0, description="by how much it must be beyond a limit to be over"
    )
    on_delay: Annotated[Duration, Within("0s", "1h")] = Field(
        default=0.0, description="what is shorter does not count"
    )
    off_delay: Annotated[Duration, Within("0s", "1h")] = Field(
        default=0.0, description="a pause that is shorter does not interrupt"
    )
    alarm: Reference | None = Field(
        default=None, description="or: while an alarm holds, one that is journalled"
    )

    @model_validator(mode="after")
    def _whole(self) -> "ConditionConfig":
        limits = [self.above is not None or self.below is not None, bool(self.values)]
        if self.channel is not None and sum(limits) != 1:
            raise ValueError("needs above, below or both, or values")
        if self.channel is None and any(limits):
            raise ValueError("needs channel")
        if self.above is not None and self.below is not None and self.above >= self.below:
            raise ValueError("above must be below `below`: it holds between them")
        if self._said > 1:
            raise ValueError(f"needs one of {', '.join(self._others())}, and no second")
        if not self._said:
            raise ValueError(f"needs one of {', '.join(self._others())}")
        return self

    @property
    def _said(self) -> int:
        return sum(bool(getattr(self, key)) for key in self._others())

    def _others(self) -> tuple[str, ...]:
        return ("channel", "alarm")


class RunningConfig(ConditionConfig, frozen=True):
    """When an instrument does what it is for."""

    runs: Flag = Field(
        default=False, description="or: while a run with it goes on and does not rest"
    )

    def _others(self) -> tuple[str, ...]:
        return ("channel", "alarm", "runs")


class OffConfig(ConditionConfig, frozen=True):
    """When an instrument is switched off."""

    silent: Flag = Field(
        default=False, description="or: while it does not answer, which then is no fault"
    )

    def _others(self) -> tuple[str, ...]:
        return ("channel", "alarm", "silent")


class EnergyModelConfig(Table, frozen=True):
    """The power an instrument takes in each state, kW."""

    running: Money = Field(default=Decimal(0), description="kW while it runs")
    idle: Money = Field(default=Decimal(0), description="kW while it idles")
    off: Money = Field(default=Decimal(0), description="kW while it is off")
    fault: Money = Field(default=Decimal(0), description="kW while it is at fault")

    @property
    def kilowatts(self) -> Mapping[StateName, Decimal]:
        """The kW of each state."""
        return {"running": self.running, "idle": self.idle, "off": self.off, "fault": self.fault}


class EnergyConfig(Table, frozen=True):
    """The energy an instrument uses: from a counter, from power, or by a model."""

    counter: ChannelName | None = Field(
        default=None, description="a register of energy, such as one in kWh"
    )
    rollover: Positive | None = Field(
        default=None, description="where the register begins anew at 0, in its unit"
    )
    power: ChannelName | None = Field(default=None, description="or: a channel of power")
    model: EnergyModelConfig | None = Field(
        default=None, description="or: kW in each state, such as `{ running = 3.2, idle = 0.4 }`"
    )

    @model_validator(mode="after")
    def _one(self) -> "EnergyConfig":
        given = [self.counter is not None, self.power is not None, self.model is not None]
        if sum(given) != 1:
            raise ValueError("needs one of counter, power, model")
        if self.rollover is not None and self.counter is None:
            raise ValueError("rollover is for a counter")
        return self


class DepreciationConfig(Table, frozen=True):
    """What an instrument loses in value: a straight line."""

    value: Money = Field(description="what it cost")
    residual: Money = Field(default=Decimal(0), description="what it is worth in the end")
    months: Annotated[int, Field(strict=True, ge=1, le=1200), INTEGER] = Field(
        description="from the first to the last, such as 120 for ten years"
    )
    begin: Day = Field(description="the first day")

    @model_validator(mode="after")
    def _loss(self) -> "DepreciationConfig":
        if self.residual > self.value:
            raise ValueError("residual must not be above value")
        return self


class UsageConfig(Table, frozen=True):
    """An instrument, or something that only others measure: its states, energy, cost centre."""

    title: Text = Field(default="", description="what people call it; that of the instrument")
    room: Text = Field(default="", description="where it is; that of the instrument")
    asset: Text = Field(default="", description="asset id; that of the instrument")
    cost_centre: Centre = Field(
        default="", description="who pays for it outside of runs that have one of their own"
    )
    planned: tuple[Name, ...] | None = Field(
        default=None,
        min_length=1,
        description="shifts in which it is meant to be used; those of `[utilisation]`",
    )
    running: RunningConfig = Field(
        default=RunningConfig(runs=True), description="when it does what it is for"
    )
    off: OffConfig | None = Field(default=None, description="when it is switched off")
    fault: ConditionConfig | None = Field(
        default=None, description="when it is at fault although it answers"
    )
    energy: EnergyConfig | None = Field(default=None, description="the energy it uses")
    depreciation: DepreciationConfig | None = Field(
        default=None, description="what it loses in value"
    )
    calibration: Money = Field(default=Decimal(0), description="what one calibration costs")
    calibration_days: Annotated[int, Field(strict=True, ge=1, le=36_600), INTEGER] = Field(
        default=365,
        description="days from one to the next, where no certificate of it has a due date",
    )

    @property
    def channels(self) -> dict[tuple[str, ...], str]:
        """The channels it needs, by where they stand."""
        rules = {"running": self.running, "off": self.off, "fault": self.fault}
        found = {(key, "channel"): rule.channel for key, rule in rules.items() if rule is not None}
        if self.energy is not None:
            found[("energy", "counter")] = self.energy.counter
            found[("energy", "power")] = self.energy.power
        return {path: channel for path, channel in found.items() if channel is not None}

    @property
    def alarms(self) -> dict[tuple[str, ...], str]:
        """The alarms it needs, by where they stand."""
        rules = {"running": self.running, "off": self.off, "fault": self.fault}
        return {
            (key, "alarm"): rule.alarm
            for key, rule in rules.items()
            if rule is not None and rule.alarm is not None
        }


class RateConfig(Table, frozen=True):
    """What instruments cost from a day on, until the day of another such table."""

    begin: Day = Field(description="the first day")
    instruments: tuple[Name, ...] = Field(
        default=(), description="for these `[usage.NAME]`; all without a rate of their own"
    )
    running: Money = Field(default=Decimal(0), description="an hour of running")
    idle: Money = Field(default=Decimal(0), description="an hour of idling")
    off: Money = Field(default=Decimal(0), description="an hour of being off")
    fault: Money = Field(default=Decimal(0), description="an hour of being at fault")
    run: Money = Field(default=Decimal(0), description="consumables of a run, when it begins")
    sample: Money = Field(default=Decimal(0), description="consumables of a sample of a run")

    @property
    def hours(self) -> Mapping[StateName, Decimal]:
        """The price of an hour of each state."""
        return {"running": self.running, "idle": self.idle, "off": self.off, "fault": self.fault}


class TariffConfig(Table, frozen=True):
    """The price of energy from a day on, until the day of another such table."""

    begin: Day = Field(description="the first day")
    price: Money = Field(description="a kWh")
    bands: dict[Name, Money] = Field(
        default={},
        description="a kWh while a shift is, such as `{ peak = 1.02, night = 0.31 }`; the first "
        "that is counts",
    )


class CostConfig(Table, frozen=True):
    """What instruments cost; none without a currency."""

    currency: Currency | None = Field(default=None, description="of all amounts")
    rate: dict[Name, RateConfig] = Field(default={}, description="rates by name")
    tariff: dict[Name, TariffConfig] = Field(default={}, description="tariffs of energy by name")
