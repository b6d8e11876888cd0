"""What an Alicat controller tells about itself: gases, its data frame, its manufacture.

Sources: the gas numbers as in the public driver numat/alicat; the columns of ??D* and ??M* as
captured from an MC-500SCCM-D, firmware 10v20, in the fixtures of the public alicatlib.
"""

GASES = (
    *("Air", "Ar", "CH4", "CO", "CO2", "C2H6", "H2", "He", "N2", "N2O", "Ne", "O2", "C3H8"),
    *("nC4H10", "C2H2", "C2H4", "iC4H10", "Kr", "Xe", "SF6", "C-25", "C-10", "C-8", "C-2"),
    *("C-75", "A-75", "A-25", "A1025", "Star29", "P-5"),
)
"""By their numbers."""

FLAGS = (
    *("ADC", "OPL", "POV", "P2O", "TOV", "VOV", "MOV", "TMF", "OVR"),
    *("COM", "HLD", "EXH", "GTA", "LCK"),
)
"""What may follow the gas, in the order of the frame."""


def frame_table(decimals: int, unit: str, *, totalizer: bool) -> list[str]:
    """The rows of ??D*, without the unit ID."""
    volume = unit.removeprefix("S")
    code = "007" if unit.endswith("LPM") else "012"
    fields = [
        ("700", "Unit ID", "string", "     1", ""),
        ("002", "Abs Press", "s decimal", "7/2", " 010 02 PSIA"),
        ("003", "Flow Temp", "s decimal", "7/2", " 002 02 `C"),
        ("004", "Volu Flow", "s decimal", f"7/{decimals}", f" {code} 02 {volume}"),
        ("005", "Mass Flow", "s decimal", f"7/{decimals}", f" {code} 02 {unit}"),
        ("037", "Mass Flow Setpt", "s decimal", f"7/{decimals}", f" {code} 02 {unit}"),
        *([("009", "Mass Total", "s decimal", "10/2", " 007 02 SL")] if totalizer else []),
        ("703", "Gas", "string", "     6", ""),
        ("701", "*Error", "string", "     3", f" {FLAGS[0]}"),
        *(("702", "*Status", "string", "     3", f" {flag}") for flag in FLAGS[1:]),
    ]
    rows = [
        f" D{i:02d} {code} {name:<26} {kind:<9} {width:>7}{notes}"
        for i, (code, name, kind, width, notes) in enumerate(fields, 1)
    ]
    return [" D00 ID_ NAME______________________ TYPE_______ WIDTH NOTES___________________", *rows]


def maker_table(model: str, serial_number: str) -> list[str]:
    """The rows of ??M*, without the unit ID."""
    texts = (
        "ALICAT SCIENTIFIC",
        "www.alicat.com",
        "Ph   520-290-6060",
        "info@alicat.com",
        f"Model Number {model}",
        f"Serial Number {serial_number}",
        "Date Manufactured 03/02/2025",
        "Date Calibrated   03/02/2025",
        "Calibrated By     BL",
        "Software Revision 10v20.0-R24",
    )
    return [f"  M{i:02d} {text}" for i, text in enumerate(texts)]
