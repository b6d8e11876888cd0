"""config/compose.yaml and what it mounts, as far as it can be judged without Docker."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from daq.config.load import examine

CONFIG = Path("config")
COMPOSE: dict[str, Any] = yaml.safe_load((CONFIG / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROVISIONED = sorted((CONFIG / "grafana" / "provisioning").rglob("*.yaml"))

_SECRET = re.compile(r"PASSWORD|TOKEN|SECRET|USER(NAME)?$")
_REQUIRED = re.compile(r"\$\{(\w+):\?[^}]+\}")


def documented() -> set[str]:
    return set(re.findall(r"^(\w+)=$", (CONFIG / ".env.example").read_text(), re.MULTILINE))


def environment() -> list[tuple[str, str]]:
    return [item for service in SERVICES.values() for item in service["environment"].items()]


@pytest.mark.parametrize("name", SERVICES)
def test_each_image_is_pinned_and_each_service_is_watched(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"[\w./-]+:\d+\.\d+\.\d+", service["image"])
    assert service["healthcheck"]["test"]
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", SERVICES)
def test_nobody_but_this_machine_reaches_it(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name]["ports"])


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_mounted_exists_or_is_a_volume(name: str) -> None:
    for mount in SERVICES[name]["volumes"]:
        source, _, rest = mount.partition(":")
        if source.startswith("."):
            assert (CONFIG / source).is_dir()
            assert rest.endswith(":ro")
        else:
            assert source in COMPOSE["volumes"]


def test_no_secret_has_a_value_or_a_default() -> None:
    for name, value in environment():
        if _SECRET.search(name) and not name.startswith("GF_USERS"):
            assert _REQUIRED.fullmatch(value), f"{name}: {value}"
    for line in (CONFIG / ".env.example").read_text().splitlines():
        assert line.startswith("#") or not line or line.endswith("="), line


def test_every_variable_is_documented_and_no_other() -> None:
    assert {
        found for _, value in environment() for found in _REQUIRED.findall(value)
    } == documented()


def test_grafana_is_given_every_variable_its_provisioning_asks_for() -> None:
    given = SERVICES["grafana"]["environment"]
    asked = {
        found for path in PROVISIONED for found in re.findall(r"\$\{(\w+)\}", path.read_text())
    }
    assert asked
    assert asked <= given.keys()


def test_the_provisioned_folder_is_where_the_dashboards_are_mounted() -> None:
    provider = yaml.safe_load(PROVISIONED[0].read_text())["providers"][0]
    folder = provider["options"]["path"]
    assert f"./grafana/dashboards:{folder}:ro" in SERVICES["grafana"]["volumes"]
    home = SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert (CONFIG / "grafana" / "dashboards" / Path(home).name).is_file()
    assert home.startswith(folder)


def test_the_data_source_speaks_influxql_to_the_bucket_that_is_made() -> None:
    source = yaml.safe_load(PROVISIONED[1].read_text())["datasources"][0]
    assert source["type"] == "influxdb"
    assert source["jsonData"]["version"] == "InfluxQL"
    bucket = SERVICES["influxdb"]["environment"]["DOCKER_INFLUXDB_INIT_BUCKET"]
    assert SERVICES["grafana"]["environment"]["INFLUX_DATABASE"] == bucket
    assert source["secureJsonData"] == {"httpHeaderValue1": "Token ${INFLUX_TOKEN}"}


SNIPPETS = {
    f"{page}-{number}": found
    for page in ("grafana", "home-assistant", "health")
    for number, found in enumerate(
        re.findall(r"```toml\n(.*?)```", Path(f"docs/how-to/{page}.md").read_text(), re.DOTALL)
    )
}


@pytest.mark.parametrize("name", SNIPPETS)
def test_what_the_documents_tell_to_configure_is_right(name: str, tmp_path: Path) -> None:
    path = tmp_path / "daq.toml"
    path.write_text(f'[site]\nname = "x"\n{SNIPPETS[name]}')
    examined = examine(path, environ={})
    assert not examined.errors


def test_the_sinks_of_the_documents_are_those_compose_brings_up() -> None:
    page = tomllib.loads(SNIPPETS["grafana-0"])["sink"]
    influx = SERVICES["influxdb"]["environment"]
    assert page["history"]["org"] == influx["DOCKER_INFLUXDB_INIT_ORG"]
    assert page["history"]["bucket"] == influx["DOCKER_INFLUXDB_INIT_BUCKET"]
