"""One HTTP request to a server on the loopback interface."""

import http.client

TIMEOUT = 30.0


def request(port: int, path: str, body: bytes | None = None) -> tuple[int, str]:
    """GET, or POST when there is a body; returns status and text.

    Raises:
        OSError: nobody answers.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("GET" if body is None else "POST", path, body, kind)
        reply = connection.getresponse()
        return reply.status, reply.read().decode()
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        connection.close()
