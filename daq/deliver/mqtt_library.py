"""From our settings to an aiomqtt client, and from the errors of aiomqtt to ours."""

import logging
import socket
import ssl

import aiomqtt
from aiomqtt.exceptions import MqttConnectError
from paho.mqtt.client import MQTT_CLEAN_START_FIRST_ONLY
from paho.mqtt.reasoncodes import ReasonCode

from daq.deliver.mqtt_codes import UNSPECIFIED, is_our_fault
from daq.deliver.mqtt_payload import Message
from daq.deliver.settings import MqttSettings
from daq.deliver.sink import SinkMisconfiguredError, SinkUnavailableError

VERSIONS = {"5": aiomqtt.ProtocolVersion.V5, "3.1.1": aiomqtt.ProtocolVersion.V311}

_SILENT = logging.getLogger("daq.deliver.paho")
"""What paho would log, we raise: it logs each broken connection as an error of its own."""
_SILENT.setLevel(logging.CRITICAL + 1)


def make_client(
    settings: MqttSettings, client_id: str, will: Message, context: ssl.SSLContext | None
) -> aiomqtt.Client:
    """A client that is not connected yet."""
    five = settings.version == "5"
    return aiomqtt.Client(
        settings.host,
        settings.port,
        username=settings.user,
        password=settings.password,
        identifier=client_id,
        logger=_SILENT,
        protocol=VERSIONS[settings.version],
        will=aiomqtt.Will(will.topic, will.payload, 1, retain=will.retain and settings.retain),
        clean_session=None if five else settings.clean_start,
        clean_start=settings.clean_start if five else MQTT_CLEAN_START_FIRST_ONLY,
        timeout=settings.timeout,
        keepalive=settings.keepalive,
        max_inflight_messages=0,  # unlimited: whoever sends keeps a window
        tls_context=context,
        socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
    )


def mapped(error: Exception) -> SinkUnavailableError:
    """What it means that a connection could not be made."""
    text = f"cannot connect: {in_words(error)}"
    stays = "CERTIFICATE_VERIFY_FAILED" in text  # aiomqtt keeps nothing of the error but its text
    if isinstance(error, MqttConnectError) and isinstance(error.rc, ReasonCode):
        stays = is_our_fault(error.rc.value)
    return SinkMisconfiguredError(text) if stays else SinkUnavailableError(text)


def in_words(error: BaseException) -> str:
    """An error of aiomqtt for people."""
    if isinstance(error, aiomqtt.MqttCodeError) and isinstance(error.rc, ReasonCode):
        return words_for(error.rc)
    return str(error) or type(error).__name__


def words_for(code: ReasonCode) -> str:
    """The words of the standard; paho calls a connection that just ended an unspecified error."""
    return "closed by the broker" if code.value == UNSPECIFIED else str(code).lower()
