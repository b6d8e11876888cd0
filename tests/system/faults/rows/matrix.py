"""All rows of the fault matrix."""

from tests.system.faults.rows import buses, clock, damage, delivery, disk, processes, reload

ROWS = (
    *processes.ROWS,
    *delivery.ROWS,
    *buses.ROWS,
    *disk.ROWS,
    *damage.ROWS,
    *clock.ROWS,
    *reload.ROWS,
)
