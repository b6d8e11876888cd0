"""How well a set of alarms serves people, in the figures of ISA-18.2, IEC 62682 and EEMUA 191."""
