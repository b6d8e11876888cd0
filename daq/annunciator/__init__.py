"""Lamps and horns: they do what the alarms ask for, by a command or by coils of a Modbus unit."""
