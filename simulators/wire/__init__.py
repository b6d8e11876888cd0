"""The wires of a simulated lab: what bytes go over, at which speed, and who is on them."""
