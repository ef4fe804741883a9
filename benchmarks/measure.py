"""Runs a command as a whole process and tells its time and its peak memory."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

DATA = Path(__file__).parent.parent / "bench-data"
GONGSHI = str(Path(sys.executable).with_name("gongshi"))


@dataclass(frozen=True, kw_only=True)
class Run:
    """One finished process: wall seconds, peak resident bytes, exit code."""

    seconds: float
    peak_bytes: int
    exit_code: int


def run(command: Sequence[str], *, accept: Sequence[int] = (0,)) -> Run:
    """Run the command to its end.

    Raises:
        RuntimeError: it ended with an exit code that is not accepted.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    if process.returncode not in accept:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return Run(
        seconds=seconds, peak_bytes=usage.ru_maxrss * 1024, exit_code=process.returncode
    )


def run_python(code: str, *arguments: str) -> Run:
    """Run Python code in a process of its own."""
    return run([sys.executable, "-c", code, *arguments])


def report(figure: str, *, wanted: str, holds: bool, **values: float) -> None:
    """Print one figure as a JSON line."""
    rounded = {name: round(value, 3) for name, value in values.items()}
    line = {"figure": figure, **rounded, "wanted": wanted, "holds": holds}
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def sample(rows: int, *, suffix: str = ".csv", errors: float = 0.05) -> Path:
    """Return a generated file of licences (jiangsu-2016), made once."""
    DATA.mkdir(exist_ok=True)
    # Of these days, so that none of them is late.
    until = datetime.fromtimestamp(time.time(), tz=UTC).date() - timedelta(days=1)
    since = until - timedelta(days=5)
    path = DATA / f"licence-{rows}-{errors}-{until}{suffix}"
    if not path.exists():
        made = path.with_name(f"making-{path.name}")
        options = ["--kind", "licence", "--edition", "jiangsu-2016", "--seed", "1"]
        days = ["--since", str(since), "--until", str(until)]
        share = ["--errors", str(errors)] if errors else []
        run([GONGSHI, "sample", str(rows), *options, *days, *share, "--out", str(made)])
        made.with_suffix(".faults.csv").unlink()
        made.rename(path)
    return path
