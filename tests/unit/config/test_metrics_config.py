from pathlib import Path

import pytest

from daq.config.checks import metrics
from daq.config.load import examine

SITE = '[site]\nname = "x"\n[metrics]\n'


def problems(tmp_path: Path, text: str) -> tuple[str, str]:
    path = tmp_path / "daq.toml"
    path.write_text(SITE + text)
    examined = examine(path, environ={})
    return "\n".join(map(str, examined.errors)), "\n".join(map(str, examined.warnings))


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "127.3.2.1"])
def test_this_machine_may_read_them(tmp_path: Path, host: str) -> None:
    assert problems(tmp_path, f'listen = "{host}:9464"') == ("", "")


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "192.0.2.1", "daq.example.com"])  # noqa: S104
def test_others_only_when_that_is_said_and_then_with_a_warning(tmp_path: Path, host: str) -> None:
    text = f'listen = "{host}:9464"'
    errors, _ = problems(tmp_path, text)
    assert "other machines can reach" in errors
    assert "allow_remote = true" in errors
    errors, warnings = problems(tmp_path, f"{text}\nallow_remote = true")
    assert not errors
    assert "daq.toml:4: metrics.listen: other machines can reach this page" in warnings


def test_without_the_library_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "LIBRARY", "no_such_library")
    errors, _ = problems(tmp_path, 'listen = "127.0.0.1:9464"')
    assert "pip install 'lab-daq[metrics]'" in errors
    assert problems(tmp_path, "") == ("", "")
