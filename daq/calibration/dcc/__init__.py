"""PTB's Digital Calibration Certificate (DCC), schema 3.x, turned into a certificate of ours.

Source: https://ptb.de/dcc (schema, and the reference types of its "good practice" examples);
https://ptb.de/si (D-SI).
"""

from daq.calibration.dcc.imported import Choice, Imported, imported

__all__ = ["Choice", "Imported", "imported"]
