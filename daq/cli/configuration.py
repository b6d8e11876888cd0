"""Reads the configuration for a subcommand; what is unwise in it goes to standard error."""

from pathlib import Path

import click

from daq.config.config import Config
from daq.config.errors import ConfigError
from daq.config.load import examine


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
