"""MQTT 5 and 3.1.1 on the wire, as far as who only publishes speaks it.

Numbers in docstrings are those of sections in MQTT Version 5.0 (OASIS Standard, 7 March 2019)
and, marked 3.1.1, of MQTT Version 3.1.1 (OASIS Standard, 29 October 2014).
"""
