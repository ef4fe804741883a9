"""`gongshi serve`: the web server."""

import multiprocessing
import os
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from granian.constants import Interfaces
from granian.server import Server

from gongshi.serving.listening import can_listen
from gongshi.serving.separately import serve_separately

_MOST_THREADS = 16  # per process; each keeps a connection to each store


class Command(BaseCommand):
    """Serves pages and API with several worker processes."""

    help = "Start the web server."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)
        parser.add_argument(
            "--separate-ports",
            action="store_true",
            help="Give each worker a port of its own, from --port on, for a proxy "
            "that hands each request to the least busy one.",
        )

    def handle(
        self,
        *,
        host: str,
        port: int,
        workers: int,
        separate_ports: bool,
        **options: object,
    ) -> None:
        """Serve until stopped."""
        if settings.DEMO and host != "127.0.0.1":
            raise CommandError(
                "The demo has known passwords and binds to 127.0.0.1 only."
            )
        ports = range(port, port + (workers if separate_ports else 1))
        for each in ports:
            if not can_listen(host, each):
                raise CommandError(f"{host}:{each} is in use. Choose another --port.")
        # What an address may ask is shared out among the workers (portal.throttle).
        os.environ.setdefault("GONGSHI_WEB_WORKERS", str(workers))
        if separate_ports:
            if status := serve_separately(host, ports):
                raise CommandError(f"A worker ended with status {status}; so did we.")
            return
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
