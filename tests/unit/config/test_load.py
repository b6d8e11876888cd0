from collections.abc import Sequence
from pathlib import Path

import pytest

from daq.config import (
    Config,
    ConfigError,
    Examined,
    SerialBus,
    TcpBus,
    examine,
    load_config,
)
from daq.config.catalogue import ProfileFacts
from drivers.errors import ProfileError
from drivers.profile import SerialDefaults

ROOT = Path(__file__).parents[3]

PROFILES = {
    "meter": ProfileFacts(
        protocol="modbus",
        channels=("voltage", "power"),
        serial=SerialDefaults(baud=2400, parity="even"),
    ),
    "heater": ProfileFacts(protocol="modbus", channels=("temperature",)),
    "adam": ProfileFacts(protocol="text", channels=("voltage",), address="[0-9A-F]{2}"),
    "balance": ProfileFacts(protocol="text", channels=("weight",)),
}


class Shelf:
    """A catalogue of four kinds of profile, without files."""

    def names(self) -> Sequence[str]:
        return list(PROFILES)

    def facts(self, profile: str) -> ProfileFacts:
        if profile not in PROFILES:
            raise ProfileError(f"no profile {profile}")
        return PROFILES[profile]


def instrument(name: str, profile: str, bus: str, *keys: str) -> str:
    lines = (f"[instrument.{name}]", f'profile = "{profile}"', f'bus = "{bus}"', *keys)
    return "\n".join((*lines, f"[instrument.{name}.group.all]", 'interval = "1s"', ""))


def examined(tmp_path: Path, text: str, environ: dict[str, str] | None = None) -> Examined:
    file = tmp_path / "daq.toml"
    file.write_text(f'[site]\nname = "lab"\n{text}', "utf-8")
    return examine(file, environ=environ or {}, catalogue=Shelf())


def config(tmp_path: Path, text: str, environ: dict[str, str] | None = None) -> Config:
    result = examined(tmp_path, text, environ)
    assert result.config is not None, result.errors
    return result.config


def errors(tmp_path: Path, text: str) -> list[str]:
    return [f"{p.key}: {p.message}" for p in examined(tmp_path, text).errors]


def warnings(tmp_path: Path, text: str) -> list[str]:
    return [f"{p.key}: {p.message}" for p in examined(tmp_path, text).warnings]


def test_the_smallest_configuration(tmp_path: Path) -> None:
    result = config(tmp_path, "")
    assert result.site.name == "lab"
    assert result.journal.path == tmp_path / "journal.db"
    assert result.journal.max_size == 10**10
    assert result.journal.max_age == 400 * 86_400
    assert result.socket == tmp_path / "journal.sock"


def test_relative_paths_count_from_the_folder_of_the_file(tmp_path: Path) -> None:
    text = '[journal]\npath = "state/j.db"\n[control]\nsocket = "/run/daq.sock"\n'
    result = config(tmp_path, text)
    assert result.journal.path == tmp_path / "state/j.db"
    assert result.socket == Path("/run/daq.sock")


def test_variables_stand_for_text_numbers_and_truth(tmp_path: Path) -> None:
    text = (
        '[sink.b]\ntype = "mqtt"\nhost = "${HOST}"\nport = "${PORT}"\nretain = "${RETAIN}"\n'
        'client_id = "${NUMBER}"\nkeepalive = "${WAIT:-45s}"\n'
    )
    environ = {"HOST": "h", "PORT": "1884", "RETAIN": "false", "NUMBER": "17"}
    sink = config(tmp_path, text, environ).sink["b"]
    assert sink.type == "mqtt"
    assert (sink.host, sink.port, sink.retain, sink.client_id) == ("h", 1884, False, "17")
    assert sink.keepalive == 45.0


def test_a_serial_line_is_completed_from_the_profiles_on_it(tmp_path: Path) -> None:
    text = '[bus.a]\nport = "/dev/x"\nbaud = 9600\n' + instrument("m", "meter", "a", "unit = 1")
    bus = config(tmp_path, text).bus["a"]
    assert isinstance(bus, SerialBus)
    assert (bus.baud, bus.parity, bus.data_bits, bus.stop_bits) == (9600, "even", 8, 1)
    assert bus.serial.character == pytest.approx(11 / 9600)


def test_the_silence_of_modbus_rtu_follows_the_baud_rate() -> None:
    slow = SerialBus(port="/dev/x", baud=9600)
    assert slow.settings(modbus=True).silence == pytest.approx(3.5 * 10 / 9600)
    assert slow.settings(modbus=False).silence == 0.0
    fast = SerialBus(port="/dev/x", baud=115_200)
    assert fast.settings(modbus=True).silence == 0.00175


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [("192.0.2.1:502", "192.0.2.1", 502), ("[fd00::5]:503", "fd00::5", 503), ("gw:1", "gw", 1)],
)
def test_the_address_of_a_tcp_bus(tmp_path: Path, address: str, host: str, port: int) -> None:
    bus = config(tmp_path, f'[bus.a]\naddress = "{address}"\n').bus["a"]
    assert isinstance(bus, TcpBus)
    assert bus.host_port == (host, port)


@pytest.mark.parametrize(
    "address", ["host", "host:", ":502", "host:0", "h:65536", "a b:1", "::1:5"]
)
def test_what_is_no_address(tmp_path: Path, address: str) -> None:
    (error,) = errors(tmp_path, f'[bus.a]\naddress = "{address}"\n')
    assert error.startswith('bus.a.address: must be "host:port"')


def test_addressed_text_instruments_share_a_bus(tmp_path: Path) -> None:
    bus = '[bus.a]\nport = "/dev/x"\n'
    one = instrument("one", "adam", "a", 'address = "01"')
    two = instrument("two", "adam", "a", 'address = "02"')
    assert errors(tmp_path, bus + one + two) == []
    same = instrument("two", "adam", "a", 'address = "01"')
    assert errors(tmp_path, bus + one + same) == [
        "instrument.two.address: instrument one has the same address on bus a"
    ]


def test_the_address_of_a_text_instrument_has_its_form(tmp_path: Path) -> None:
    bus = '[bus.a]\nport = "/dev/x"\n'
    assert errors(tmp_path, bus + instrument("one", "adam", "a", 'address = "1"')) == [
        'instrument.one.address: must be of the form [0-9A-F]{2}, found "1"'
    ]
    assert errors(tmp_path, bus + instrument("one", "adam", "a")) == [
        "instrument.one.address: is missing"
    ]
    assert errors(tmp_path, bus + instrument("one", "adam", "a", "unit = 1")) == [
        "instrument.one.address: is missing",
        "instrument.one.unit: only a Modbus instrument has a unit",
    ]


def test_the_same_unit_on_two_buses_is_fine(tmp_path: Path) -> None:
    buses = '[bus.a]\nport = "/dev/x"\n[bus.b]\naddress = "h:502"\n'
    one, two = (instrument(f"m{bus}", "meter", bus, "unit = 1") for bus in "ab")
    assert errors(tmp_path, buses + one + two) == []


def test_two_protocols_on_one_line_are_a_warning(tmp_path: Path) -> None:
    bus = '[bus.a]\nport = "/dev/x"\nbaud = 9600\nparity = "none"\n'
    one = instrument("one", "adam", "a", 'address = "01"')
    two = instrument("two", "meter", "a", "unit = 1")
    assert errors(tmp_path, bus + one + two) == []
    assert warnings(tmp_path, bus + one + two) == ["bus.a: speaks modbus and text on one line"]


def test_a_name_of_a_port_and_its_target_are_the_same_port(tmp_path: Path) -> None:
    (tmp_path / "by-id").symlink_to(tmp_path / "ttyX")
    buses = "".join(f'[bus.{n}]\nport = "{tmp_path / n}"\n' for n in ("by-id", "ttyx"))
    text = buses.replace(str(tmp_path / "ttyx"), str(tmp_path / "ttyX"))
    text += instrument("m1", "meter", "by-id", "unit = 1") + instrument(
        "m2", "meter", "ttyx", "unit = 1"
    )
    assert errors(tmp_path, text) == ["bus.ttyx.port: bus by-id has the same port"]


def test_a_wrong_bus_is_not_also_reported_as_missing_or_unused(tmp_path: Path) -> None:
    text = '[bus.a]\nport = "/dev/x"\nbaud = 1\n' + instrument("m", "meter", "a", "unit = 1")
    result = examined(tmp_path, text)
    assert [problem.key for problem in result.errors] == ["bus.a.baud"]
    assert result.warnings == ()


def test_single_keys_and_what_does_not_fit_come_in_one_list_by_line(tmp_path: Path) -> None:
    text = (
        '[bus.a]\nport = "/dev/x"\nbuad = 1\n'
        + instrument("m", "metre", "a", "unit = 1")
        + '[sink.s]\ntype = "mqtt"\nhost = "${NONE}"\n'
    )
    found = examined(tmp_path, text).errors
    assert [(problem.line, problem.key) for problem in found] == [
        (5, "bus.a.buad"),
        (7, "instrument.m.profile"),
        (14, "sink.s.host"),
    ]


def test_a_secret_everyone_can_read_is_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "pw"
    file.write_text("x")
    file.chmod(0o604)
    text = '[sink.s]\ntype = "mqtt"\nhost = "::1"\nuser = "u"\npassword = { file = "pw" }\n'
    (warning,) = warnings(tmp_path, text)
    assert warning.startswith(f"sink.s.password: {file} can be read by every user")


def test_a_socket_path_that_unix_cannot_take(tmp_path: Path) -> None:
    (error,) = errors(tmp_path, f'[control]\nsocket = "/{"x" * 120}"\n')
    assert error == "control: socket: the path is longer than 107 bytes"


def test_load_config_raises_with_every_problem(tmp_path: Path) -> None:
    file = tmp_path / "daq.toml"
    file.write_text("[site]\nnmae = 1\n")
    with pytest.raises(ConfigError) as caught:
        load_config(file, environ={})
    assert [problem.key for problem in caught.value.problems] == ["site.name", "site.nmae"]
    assert caught.value.exit_code == 3
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "none.toml")


@pytest.mark.parametrize("name", ["example.toml", "demo.toml"])
def test_the_configurations_we_ship_are_without_fault(name: str) -> None:
    result = examine(ROOT / "config" / name, environ={})
    assert result.errors == ()
    assert result.warnings == ()
