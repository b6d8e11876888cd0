"""One run: what it is about, what happened in it, and what people do."""
