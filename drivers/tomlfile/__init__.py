"""Reading TOML into pydantic models, with errors a person can act on.

Every error of a file is reported at once, each with its line, the key as written, what was
found, what is allowed and the nearest name. Used for profiles and for the configuration.
"""

from drivers.tomlfile.document import Document, load_model
from drivers.tomlfile.locate import dotted, locate
from drivers.tomlfile.problem import Problem, TomlError, did_you_mean
from drivers.tomlfile.shape import Expects

__all__ = [
    "Document",
    "Expects",
    "Problem",
    "TomlError",
    "did_you_mean",
    "dotted",
    "load_model",
    "locate",
]
