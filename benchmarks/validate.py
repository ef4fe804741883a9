"""`gongshi validate` beside polars and frictionless on the same files."""

from pathlib import Path

from benchmarks.measure import DATA, GONGSHI, Run, report, run, run_python, sample

_AS_OF = ["--as-of", "2026-11-20"]

_POLARS_CSV = """
import sys, polars as pl
pl.read_csv(sys.argv[1], infer_schema=False).write_csv(sys.argv[2])
"""

_POLARS_XLSX = """
import sys, polars as pl
pl.read_excel(sys.argv[1])
"""

# Five of our rules in frictionless' own terms: required name, credit code by
# pattern, date, code list, length.
_FRICTIONLESS = r"""
import sys
from frictionless import Resource, Schema, fields, Checklist, system
with system.use_context(trusted=True):
    resource = Resource(path=sys.argv[1])
    resource.infer(stats=False)
    for field in resource.schema.fields:
        resource.schema.set_field(fields.StringField(name=field.name))
    def constrain(name, field):
        resource.schema.set_field(field)
    for name in [f.name for f in resource.schema.fields]:
        if name == "行政相对人名称":
            constrain(name, fields.StringField(name=name, constraints={"required": True}))
        elif name.startswith("行政相对人代码_1"):
            constrain(name, fields.StringField(name=name, constraints={
                "pattern": "[0-9A-HJ-NPQRTUWXY]{18}"}))
        elif name == "许可决定日期":
            constrain(name, fields.DateField(name=name, format="%Y/%m/%d"))
        elif name == "审批类别":
            constrain(name, fields.StringField(name=name, constraints={
                "enum": ["普通", "特许", "认可", "核准", "登记"]}))
        elif name == "许可机关":
            constrain(name, fields.StringField(name=name, constraints={"maxLength": 32}))
    result = resource.validate(limit_errors=10_000_000)
    print(len(result.flatten(["rowNumber"])))
"""


def _validate(path: Path) -> Run:
    out = DATA / f"{path.stem}.report.csv"
    command = [GONGSHI, "validate", str(path), "--report", str(out), *_AS_OF]
    return run(command, accept=(0, 1))


def csv_figures() -> None:
    """Time and memory for a million rows, beside three others."""
    large, small = sample(1_000_000), sample(100_000)
    ours, ours_small = _validate(large), _validate(small)
    copied = run_python(_POLARS_CSV, str(large), str(DATA / "copy.csv"))
    peer = run_python(_FRICTIONLESS, str(large))
    ratio = peer.seconds / ours.seconds
    report(
        "validate 1,000,000 rows CSV beside frictionless (five rules)",
        ours_seconds=ours.seconds, peer_seconds=peer.seconds, times_as_fast=ratio,
        wanted="at least 5 times as fast", holds=ratio >= 5,
    )  # fmt: skip
    ratio = ours.seconds / copied.seconds
    report(
        "validate 1,000,000 rows CSV beside polars reading and writing it as text",
        ours_seconds=ours.seconds, polars_seconds=copied.seconds, ratio=ratio,
        wanted="at most 12 times", holds=ratio <= 12,
    )  # fmt: skip
    gib = ours.peak_bytes / 2**30
    report(
        "validate 1,000,000 rows CSV: peak memory",
        peak_gib=gib,
        wanted="at most 2 GiB",
        holds=gib <= 2,
    )
    ratio = ours.seconds / ours_small.seconds
    report(
        "validate 1,000,000 rows beside 100,000",
        large_seconds=ours.seconds, small_seconds=ours_small.seconds, ratio=ratio,
        wanted="at most 11 times", holds=ratio <= 11,
    )  # fmt: skip


def xlsx_figures() -> None:
    """Time for a workbook of 100,000 rows, beside polars reading it."""
    path = sample(100_000, suffix=".xlsx")
    ours = _validate(path)
    peer = run_python(_POLARS_XLSX, str(path))
    ratio = ours.seconds / peer.seconds
    report(
        "validate 100,000 rows xlsx beside polars.read_excel",
        ours_seconds=ours.seconds, polars_seconds=peer.seconds, ratio=ratio,
        wanted="at most 2.5 times", holds=ratio <= 2.5,
    )  # fmt: skip
