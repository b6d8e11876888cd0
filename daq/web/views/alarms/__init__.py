"""The list of alarms, the most urgent first."""
