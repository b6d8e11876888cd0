from pathlib import Path

import pytest

from daq.config.load import examine

INSTRUMENT = """
[bus.line]
address = "127.0.0.1:502"
[instrument.daq]
profile = "eastron-sdm120"
bus = "line"
unit = 1
group.all = { interval = "1s" }
"""


def errors(tmp_path: Path, text: str) -> str:
    path = tmp_path / "daq.toml"
    path.write_text('[site]\nname = "x"\n' + text)
    return "\n".join(map(str, examine(path, environ={}).errors))


def test_the_name_the_daemon_has_is_taken_only_while_it_journals_itself(tmp_path: Path) -> None:
    assert errors(tmp_path, INSTRUMENT) == ""
    found = errors(tmp_path, '[health]\ninterval = "10s"' + INSTRUMENT)
    assert "daq.toml:7: instrument.daq: the daemon journals its own state" in found
    assert "give it another name" in found


@pytest.mark.parametrize("interval", ["100ms", "2h", "often"])
def test_an_interval_that_makes_no_sense_is_an_error(tmp_path: Path, interval: str) -> None:
    assert "health.interval" in errors(tmp_path, f'[health]\ninterval = "{interval}"')
