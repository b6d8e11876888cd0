"""Incidents: what belongs together from the first alarm to the close, and what people do of it."""
