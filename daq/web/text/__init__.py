"""Every word of the page, in each language: ``en.toml`` and ``zh.toml`` beside this file."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal, TypeAlias, cast

Language: TypeAlias = Literal["en", "zh"]

LANGUAGES: Mapping[Language, str] = {"en": "English", "zh": "中文"}
"""What each language calls itself."""


class Text:
    """The words of one language: ``text("view.overview")``, ``text("overview.more", n=3)``."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._words = words(language)

    def __call__(self, key: str, **values: object) -> str:
        """The words for a key, with values put in.

        Raises:
            KeyError: there are none.
        """
        found = self._words[key]
        return found.format(**values) if values else found

    def has(self, key: str) -> bool:
        """Whether there are words for a key: what the daemon says may be newer than the page."""
        return key in self._words

    def count(self, key: str, number: int) -> str:
        """The words for so many of something: ``key.one`` or ``key.many``."""
        return self(f"{key}.{'one' if number == 1 else 'many'}", n=number)


@lru_cache
def words(language: Language) -> Mapping[str, str]:
    """Every key of a language, and its words."""
    source = files("daq.web.text").joinpath(f"{language}.toml").read_text("utf-8")
    return dict(_flat(tomllib.loads(source)))


def best(wanted: str) -> Language:
    """The language for a header ``Accept-Language``; English when neither is wanted."""
    weighed = [part.partition(";q=") for part in wanted.replace(" ", "").lower().split(",")[:20]]
    for tag, _, _ in sorted(weighed, key=lambda part: -_weight(part[2])):
        for language in LANGUAGES:
            if tag.split("-")[0] == language:
                return language
    return "en"


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            found += _flat(cast("Mapping[str, Any]", value), f"{prefix}{key}.")
        else:
            found.append((prefix + key, str(value)))
    return found
