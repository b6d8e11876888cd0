"""Turns a host name into addresses, in a thread that nobody has to wait for.

A resolver whose server is away hangs for up to half a minute and cannot be interrupted. In the
threads asyncio keeps for such calls, it would delay the end of the program by as much.
"""

import asyncio
import ipaddress
import socket
import threading
from concurrent.futures import Future

_under_way: dict[str, Future[tuple[str, ...]]] = {}
# One question for each name at a time, however often it is asked again meanwhile.


async def resolve(host: str) -> tuple[str, ...]:
    """The addresses of a host, best first; of an address, itself.

    Raises:
        OSError: the name is not known, or nobody can be asked.
        ValueError: it cannot be a name.
    """
    if _is_address(host):
        return (host,)
    question = _under_way.get(host)
    if question is None:
        question = _under_way[host] = Future()
        question.set_running_or_notify_cancel()  # from now on it cannot be cancelled
        threading.Thread(target=_ask, args=(host, question), name="resolve", daemon=True).start()
    return await asyncio.wrap_future(question)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _ask(host: str, question: Future[tuple[str, ...]]) -> None:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        del _under_way[host]
        question.set_exception(error)
    else:
        del _under_way[host]
        question.set_result(tuple(dict.fromkeys(str(place[0]) for *_, place in found)))
