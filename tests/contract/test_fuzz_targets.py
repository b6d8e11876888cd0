"""Every fuzz target for a moment, without atheris: seeds, seeds with changes, any bytes.

``make fuzz TARGET=... SECONDS=...`` runs one for long, guided by coverage: see
docs/explanation/security.md.
"""

import importlib
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.choices import Choices, changed
from tests.fuzz.run import names

SLOW = {"mqtt_packets": 25, "journal_recovery": 25}
"""Examples of targets that need sockets or threads."""
EXAMPLES = 60
BUSY = 10.0
"""Seconds of processor time one input may take."""


def load(name: str) -> Any:  # noqa: ANN401 - a module with target and seeds
    return importlib.import_module(f"tests.fuzz.{name}")


def edit(seed: bytes, edits: bytes) -> bytes:
    return changed(seed, Choices(edits))


@pytest.mark.parametrize("name", names())
def test_target_holds(name: str) -> None:
    module = load(name)
    seeds: list[bytes] = sorted(module.seeds(), key=len)
    edited = st.builds(edit, st.sampled_from(seeds), st.binary())

    @settings(
        max_examples=SLOW.get(name, EXAMPLES),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(st.sampled_from(seeds) | edited | st.binary(max_size=300))
    def hold(data: bytes) -> None:
        begun = time.process_time()
        module.target(data)
        assert time.process_time() - begun < BUSY

    hold()
