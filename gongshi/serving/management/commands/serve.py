"""`gongshi serve`: the web server."""

import multiprocessing
import os
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from granian.constants import Interfaces
from granian.server import Server

from gongshi.serving.listening import can_listen

_MOST_THREADS = 16  # per process; each keeps a connection to each store


class Command(BaseCommand):
    """Serves pages and API with several worker processes."""

    help = "Start the web server."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)

    def handle(self, *, host: str, port: int, workers: int, **options: object) -> None:
        """Serve until stopped."""
        if settings.DEMO and host != "127.0.0.1":
            raise CommandError(
                "The demo has known passwords and binds to 127.0.0.1 only."
            )
        if not can_listen(host, port):
            raise CommandError(f"{host}:{port} is in use. Choose another --port.")
        # What an address may ask is shared out among the workers (portal.throttle).
        os.environ["GONGSHI_WEB_WORKERS"] = str(workers)
        # A forked process would wait for ever for Polars' threads, which stay behind.
        multiprocessing.set_start_method("spawn", force=True)
        Server(
            "gongshi.wsgi:application",
            address=host,
            port=port,
            workers=workers,
            blocking_threads=min(_MOST_THREADS, 2 * (os.cpu_count() or 1) + 1),
            interface=Interfaces.WSGI,
            websockets=False,
            log_access=False,
        ).serve()
