"""What a process listens on, as the kernel tells it."""

import contextlib
import re
from pathlib import Path

LISTEN = "0A"
"""TCP_LISTEN in /proc/net/tcp (Linux, include/net/tcp_states.h)."""
ACCEPTS = 0x10000
"""__SO_ACCEPTCON in the flags of /proc/net/unix."""


def internet(pid: int) -> set[str]:
    """Address and port of every TCP socket that listens, and every UDP socket there is."""
    mine, found = _inodes(pid), set[str]()
    for table in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            listens = fields[3] == LISTEN or not table.startswith("tcp")
            if fields[9] in mine and listens and not _connected(fields[2]):
                found.add(_address(fields[1]))
    return found


def unix(pid: int) -> set[str]:
    """The path of every Unix socket that accepts connections."""
    mine = _inodes(pid)
    lines = Path(f"/proc/{pid}/net/unix").read_text().splitlines()[1:]
    rows = [line.split(maxsplit=7) for line in lines]
    return {row[7] for row in rows if row[6] in mine and int(row[3], 16) & ACCEPTS}


def _inodes(pid: int) -> set[str]:
    found = set[str]()
    for path in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            match = re.fullmatch(r"socket:\[(\d+)\]", str(path.readlink()))
            found |= {match[1]} if match else set()
    return found


def _connected(remote: str) -> bool:
    return remote.rpartition(":")[2] != "0000"


def _address(local: str) -> str:
    """``0100007F:2528`` is 127.0.0.1:9512: 32-bit words in the byte order of the machine."""
    host, port = local.split(":")
    if len(host) > 8:
        return f"[{host}]:{int(port, 16)}"
    return ".".join(str(byte) for byte in reversed(bytes.fromhex(host))) + f":{int(port, 16)}"
