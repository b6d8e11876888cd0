"""The page of models is made from the models."""

import pytest

from simulators.devices import MODELS
from simulators.reference import PAGE, reference_text
from simulators.schema import DeviceTable


def test_the_page_of_models_is_not_stale() -> None:
    assert PAGE.read_text("utf-8") == reference_text(), "run `make schema`"


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_described(name: str) -> None:
    model = MODELS[name]
    assert model.channels
    assert f"\n## {name}\n" in reference_text()
    assert not model.options.model_fields or model.options.__doc__


@pytest.mark.parametrize("name", MODELS)
def test_no_option_is_called_like_a_key_of_every_device(name: str) -> None:
    assert not set(MODELS[name].options.model_fields) & set(DeviceTable.model_fields)
