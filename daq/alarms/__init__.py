"""Alarms: rules over committed readings, and the life cycle of what they raise."""
