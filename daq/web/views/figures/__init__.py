"""How well the alarms serve people, after ISA-18.2 and EEMUA 191."""
