"""`gongshi demo`: a sample city on this machine, ready to look at."""

import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from types import FrameType

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gongshi.accounts.demo import DEMO_LOGINS
from gongshi.pipeline.demo import CannotDemonstrate, prepare
from gongshi.serving.listening import can_listen

_WATCHED_EVERY = 0.5  # seconds


class Command(BaseCommand):
    """Prepares the demo, then runs the web server and a worker until stopped."""

    help = "Start the demo (GONGSHI_MODE=demo) on 127.0.0.1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--prepare-only", action="store_true")

    def handle(self, *, port: int, prepare_only: bool, **options: object) -> None:
        """Prepare, start both processes, tell where to look."""
        if not prepare_only and not can_listen("127.0.0.1", port):
            raise CommandError(
                f"Port {port} is in use. Choose another: make demo PORT={port + 1}"
            )
        try:
            prepare(timezone.now(), on_progress=self._progress)
        except CannotDemonstrate as error:
            raise CommandError("Set GONGSHI_MODE=demo, or use 'make demo'.") from error
        if not prepare_only:
            self._run(port)

    def _progress(self, done: int, planned: int) -> None:
        end = "\n" if done == planned else "\r"
        self.stdout.write(f"示例城市 sample city: {done}/{planned} files", ending=end)
        self.stdout.flush()

    def _run(self, port: int) -> None:
        # The same interpreter and environment; nothing else is started.
        base = [sys.executable, "-m", "gongshi"]
        server = ["serve", "--host", "127.0.0.1", "--port", str(port)]
        commands = ([*base, *server], [*base, "worker"])
        processes = [subprocess.Popen(command) for command in commands]  # noqa: S603
        signal.signal(signal.SIGTERM, _interrupt)
        self._tell(port)
        try:
            while all(process.poll() is None for process in processes):
                time.sleep(_WATCHED_EVERY)
            raise CommandError("The web server or the worker has ended; see above.")
        except KeyboardInterrupt:
            self.stdout.write("\n已停止 stopped")
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait()

    def _tell(self, port: int) -> None:
        say = self.stdout.write
        say(f"\n公示网站 public site   http://127.0.0.1:{port}/")
        say(f"填报后台 office        http://127.0.0.1:{port}/office/")
        for login in DEMO_LOGINS:
            name = f"{login.username} / {login.password}"
            say(f"  登录 sign in as {name}  {', '.join(login.units)}  {login.role}")
        say("Ctrl+C 停止 stops both.\n")
        self.stdout.flush()  # at once, also into a log


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
