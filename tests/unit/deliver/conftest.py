"""A pump that has nothing to do looks at its connection often: a test waits for it."""

import pytest

from daq.deliver import pump


@pytest.fixture(autouse=True)
def _restless(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setattr(pump, "IDLE", 0.05)
