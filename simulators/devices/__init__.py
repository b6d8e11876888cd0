"""The models that can be simulated: one module each."""

from collections.abc import Mapping
from typing import TypeAlias

from simulators.devices.adam_4000 import Adam4000
from simulators.devices.alicat_mc import AlicatMc
from simulators.devices.binder_mb1 import BinderMb1
from simulators.devices.bronkhorst_propar import BronkhorstPropar
from simulators.devices.dlt645_2007 import Dlt645Meter
from simulators.devices.eastron_sdm120 import EastronSdm120
from simulators.devices.eastron_sdm630 import EastronSdm630
from simulators.devices.espec_p300 import EspecP300
from simulators.devices.eurotherm_3000 import Eurotherm3000
from simulators.devices.gwinstek_gpt9800 import GwinstekGpt9800
from simulators.devices.julabo_circulator import JulaboCirculator
from simulators.devices.keithley_2000 import Keithley2000
from simulators.devices.keysight_34401a import Keysight34401a
from simulators.devices.keysight_34970a import Keysight34970a
from simulators.devices.lakeshore_218 import LakeShore218
from simulators.devices.lakeshore_336 import LakeShore336
from simulators.devices.mark10_gauge import Mark10Gauge
from simulators.devices.mettler_sics import MettlerSics
from simulators.devices.modbus_relay import ModbusRelay
from simulators.devices.omron_e5cc import OmronE5cc
from simulators.devices.pfeiffer_tpg26x import PfeifferTpg26x
from simulators.devices.pta8c04 import Pta8c04
from simulators.devices.samwon_temi import SamwonTemi
from simulators.devices.sartorius_sbi import SartoriusSbi
from simulators.devices.vaisala_hmt330 import VaisalaHmt330
from simulators.devices.vaisala_hmt330_modbus import VaisalaHmt330Modbus
from simulators.devices.watlow_ezzone import WatlowEzZone, WatlowEzZoneLohi
from simulators.devices.watlow_f4 import WatlowF4
from simulators.devices.watlow_f4t import WatlowF4t
from simulators.devices.weiss_simserv import WeissSimserv
from simulators.devices.yokogawa_wt310e import YokogawaWt310e
from simulators.devices.yokogawa_wt310e_scpi import YokogawaWt310eScpi
from simulators.devices.yudian_ai import YudianAi
from simulators.dialogue import TextDevice
from simulators.frames import FrameDevice
from simulators.registers import ModbusDevice

AnyModel: TypeAlias = type[ModbusDevice] | type[TextDevice] | type[FrameDevice]

CLASSES: tuple[AnyModel, ...] = (
    Adam4000,
    AlicatMc,
    BinderMb1,
    BronkhorstPropar,
    Dlt645Meter,
    EastronSdm120,
    EastronSdm630,
    EspecP300,
    Eurotherm3000,
    GwinstekGpt9800,
    JulaboCirculator,
    Keithley2000,
    Keysight34401a,
    Keysight34970a,
    LakeShore218,
    LakeShore336,
    Mark10Gauge,
    MettlerSics,
    ModbusRelay,
    OmronE5cc,
    PfeifferTpg26x,
    Pta8c04,
    SamwonTemi,
    SartoriusSbi,
    VaisalaHmt330,
    VaisalaHmt330Modbus,
    WatlowEzZone,
    WatlowEzZoneLohi,
    WatlowF4,
    WatlowF4t,
    WeissSimserv,
    YokogawaWt310e,
    YokogawaWt310eScpi,
    YudianAi,
)

MODELS: Mapping[str, AnyModel] = {model.model: model for model in CLASSES}
"""The class of each model by its name in a scenario."""


def models() -> list[tuple[str, str]]:
    """Name and description of every model, in order."""
    return [(model.model, model.description) for model in CLASSES]
