"""The subcommands of `daq sim`, one module for each of its jobs."""
