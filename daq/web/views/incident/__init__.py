"""One incident: its course, its check list, and what people do."""
