"""The words of messages, in each language: ``en.toml`` and ``zh.toml`` beside this file."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, cast

from daq.notification.recipient import Language


@lru_cache
def words(language: Language) -> Mapping[str, str]:
    """Every key of a language (``stage.raised``) and its words."""
    source = files("daq.notification.text").joinpath(f"{language}.toml").read_text("utf-8")
    return {
        f"{table}.{key}": str(value)
        for table, inner in tomllib.loads(source).items()
        for key, value in cast("dict[str, Any]", inner).items()
    }
