"""The broker of config/compose.yaml, started by its own script, on a real Mosquitto."""

import asyncio
import getpass
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import aiomqtt
import pytest
import yaml

from tests.servers.process import Server, find_program

CONFIG = Path("config")
USER, PASSWORD = "daq", "it's: a $ecret"


class ComposeBroker(Server):
    """As the container starts it, with a port and folders of this test."""

    program = "sh"
    package = "dash"

    def command(self, program: str) -> Sequence[str]:
        find_program("mosquitto_passwd", "mosquitto")
        config = self.folder / "mosquitto.conf"
        text = (CONFIG / "mosquitto" / "mosquitto.conf").read_text()
        text = text.replace("listener 1883", f"listener {self.port} 127.0.0.1")
        # The folders of a test are for its user alone; as root Mosquitto would become another.
        text = f"{text}user {getpass.getuser()}\n"
        config.write_text(text.replace("/mosquitto/data/", f"{self.folder}/"))
        given = {
            "MQTT_USER": USER,
            "MQTT_PASSWORD": PASSWORD,
            "MOSQUITTO_CONFIG": str(config),
            "MOSQUITTO_RUN": str(self.folder / "run"),
        }
        script = str((CONFIG / "mosquitto" / "start.sh").absolute())
        return ["env", *(f"{name}={value}" for name, value in given.items()), program, script]


def test_only_who_has_the_password_is_let_in_and_the_health_check_has_it(tmp_path: Path) -> None:
    with ComposeBroker(tmp_path) as broker:
        asyncio.run(_talk(broker.port, PASSWORD))
        with pytest.raises(aiomqtt.MqttError, match="Not authorized"):
            asyncio.run(_talk(broker.port, "wrong"))
        assert _health(broker) == 0
        (tmp_path / "run" / "mosquitto_sub").write_text("-u daq\n-P wrong\n")
        assert _health(broker) != 0
        for path in (tmp_path / "run").iterdir():
            assert path.stat().st_mode & 0o077 == 0, f"{path} is for everyone"
        assert PASSWORD not in (tmp_path / "run" / "passwords").read_text()


async def _talk(port: int, password: str) -> None:
    async with aiomqtt.Client("127.0.0.1", port, username=USER, password=password) as client:
        await client.publish("lab/test", "x", qos=1, timeout=30)


def _health(broker: ComposeBroker) -> int:
    """The health check of compose.yaml, with the port and the folder of this test."""
    find_program("mosquitto_sub", "mosquitto-clients")
    compose = yaml.safe_load((CONFIG / "compose.yaml").read_text())
    kind, text = compose["services"]["mosquitto"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    command = text.replace("$$", "$").replace("/tmp/mosquitto", str(broker.folder / "run"))  # noqa: S108
    command = command.replace("mosquitto_sub ", f"mosquitto_sub -p {broker.port} ")
    done = subprocess.run(["sh", "-c", command], env=os.environ, timeout=60, check=False)
    return done.returncode
