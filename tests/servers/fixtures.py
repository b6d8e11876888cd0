"""Servers as fixtures, for test modules with ``pytest_plugins = ["tests.servers.fixtures"]``.

One server of each kind serves a whole test session; a test keeps to its own topics, client ids
and databases. A test that stops its server takes one of its own from the ``private_`` fixtures.
"""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.servers.certificates import Certificates, make_certificates
from tests.servers.influxdb import InfluxDb
from tests.servers.mosquitto import Mosquitto
from tests.servers.victoriametrics import VictoriaMetrics


@pytest.fixture(scope="session")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Generator[Mosquitto]:
    """A running broker without access control."""
    with Mosquitto(tmp_path_factory.mktemp("mosquitto")) as server:
        yield server


@pytest.fixture
def private_mosquitto(tmp_path: Path) -> Generator[Mosquitto]:
    """A running broker that the test may stop and start."""
    with Mosquitto(tmp_path / "mosquitto") as server:
        yield server


@pytest.fixture(scope="session")
def influxdb(tmp_path_factory: pytest.TempPathFactory) -> Generator[InfluxDb]:
    """A running InfluxDB 1.6 without users."""
    with InfluxDb(tmp_path_factory.mktemp("influxdb")) as server:
        yield server


@pytest.fixture
def private_influxdb(tmp_path: Path) -> Generator[InfluxDb]:
    """A running InfluxDB 1.6 that the test may stop and start."""
    with InfluxDb(tmp_path / "influxdb") as server:
        yield server


@pytest.fixture(scope="session")
def victoriametrics(tmp_path_factory: pytest.TempPathFactory) -> Generator[VictoriaMetrics]:
    """A running VictoriaMetrics."""
    with VictoriaMetrics(tmp_path_factory.mktemp("victoriametrics")) as server:
        yield server


@pytest.fixture
def private_victoriametrics(tmp_path: Path) -> Generator[VictoriaMetrics]:
    """A running VictoriaMetrics that the test may stop and start."""
    with VictoriaMetrics(tmp_path / "victoriametrics") as server:
        yield server


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates for TLS servers on the loopback interface, valid for this session."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))
