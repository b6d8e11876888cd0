"""The runs: those that go on, and what came before; to start one, by hand or with a scanner."""
