"""What the subcommands of `daq calibration` do."""
