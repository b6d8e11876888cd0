"""How delivery does: sinks, their quarantine, the journal they are fed from."""
