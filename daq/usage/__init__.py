"""What instruments are used for, and what it costs: states, hours, energy, money.

``read`` is the only module here that reads a journal; the others are pure.
"""
