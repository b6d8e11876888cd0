"""The incidents: those that are open, and what came before."""
