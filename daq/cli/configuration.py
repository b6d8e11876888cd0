"""Reads the configuration for a subcommand; what is unwise in it goes to standard error."""

from pathlib import Path

import click

from daq.build.judge import judge
from daq.build.setup import Setup
from daq.config.config import Config
from daq.config.errors import ConfigError
from daq.config.load import examine
from daq.errors import DaqError


class UnfitError(DaqError):
    """The configuration is wrong, or asks for what no line can carry."""

    exit_code = 3


def configured(path: Path) -> Config:
    """The configuration in a file.

    Raises:
        ConfigError: it is wrong; every problem with its line.
    """
    examined = examine(path)
    if examined.config is None:
        raise ConfigError(examined.errors)
    for warning in examined.warnings:
        click.echo(f"daq: warning: {warning}", err=True)
    return examined.config


def configured_setup(path: Path) -> Setup:
    """The configuration in a file, with the profiles it names.

    Raises:
        ConfigError: it is wrong; every problem with its line.
        ProfileError: a profile has just become wrong.
    """
    return Setup.of(configured(path))


def fit_setup(path: Path) -> Setup:
    """What a daemon can run with.

    Raises:
        UnfitError: it is wrong, or its schedule cannot be met; every reason.
    """
    judged = judge(path)
    if judged.errors or judged.setup is None:
        raise UnfitError("\n".join(judged.errors))
    for warning in judged.examined.warnings:
        click.echo(f"daq: warning: {warning}", err=True)
    return judged.setup
