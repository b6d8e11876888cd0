from daq.deliver.settings import InfluxSettings, MqttSettings, TlsSettings

CANARY = "canary-4711"


def test_settings_print_without_their_secrets() -> None:
    tls = TlsSettings(password=CANARY)
    printed = [
        repr(MqttSettings(host="broker", site="lab", user="me", password=CANARY, tls=tls)),
        str(InfluxSettings(url="http://db", site="lab", token=CANARY, password=CANARY)),
        f"{tls}",
    ]
    assert CANARY not in "".join(printed)
    assert "password=***" in printed[0]
    assert "user='me'" in printed[0]


def test_what_is_not_set_is_shown_as_such() -> None:
    assert "password=None" in repr(MqttSettings(host="broker", site="lab"))
