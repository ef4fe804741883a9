"""Asks the machine whether a port is free, before anything is started on it."""

import socket


def can_listen(host: str, port: int) -> bool:
    """Say whether nobody listens at the address yet.

    The web server itself would not notice: it shares the port with others that
    allow it, such as a second demo, and requests would go to either.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError:
        return False
    return True
