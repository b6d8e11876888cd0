"""The command line: one module per subcommand, each with a `command`."""
