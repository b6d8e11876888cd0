"""Every word of reports, in each language: ``en.toml`` and ``zh.toml`` beside this file.

What kinds of events are called is said where the page says it.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from daq.web.text import Language
from daq.web.text import words as words_of_the_page


class Text:
    """The words of one language: ``text("incident.title")``."""

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

    def of(self, table: str, key: str) -> str:
        """The word a table has for what the journal says; as the journal says it without one."""
        return self._words.get(f"{table}.{key.replace(' ', '-')}", key)

    def event(self, kind: str) -> str:
        """What a kind of event is called."""
        return words_of_the_page(self.language).get(f"event.{kind}", kind)


@lru_cache
def words(language: Language) -> Mapping[str, str]:
    """Every key of a language, and its words."""
    source = files("daq.report.text").joinpath(f"{language}.toml").read_text("utf-8")
    tables: dict[str, dict[str, Any]] = tomllib.loads(source)
    return {
        f"{name}.{key}": str(word) for name, table in tables.items() for key, word in table.items()
    }
