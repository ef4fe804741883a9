"""Ends a streamed answer within a test's transaction, without its connection."""

from django.core.signals import request_finished
from django.db import close_old_connections
from django.http.response import HttpResponseBase


def end(response: HttpResponseBase) -> None:
    """Let go of what the answer holds open; the test client does so for all others.

    The end of a request also ends connections that are within a transaction, as a
    test's are: on PostgreSQL the test could not go on.
    """
    if not response.streaming:
        return
    request_finished.disconnect(close_old_connections)
    try:
        response.close()
    finally:
        request_finished.connect(close_old_connections)
