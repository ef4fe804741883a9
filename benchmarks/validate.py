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

# Five of our rules in frictionless' own terms: required name, credit code with its
# check character, date, code list, length.
_FRICTIONLESS = r"""
import sys
from frictionless import Check, Checklist, Resource, errors, fields, system

NAME, CODE = "行政相对人名称", "行政相对人代码_1(统一社会信用代码)"
VALUES = {c: i for i, c in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
WEIGHTS = [pow(3, i, 31) for i in range(17)]

class CreditCode(Check):
    type = "credit-code"
    Errors = [errors.CellError]

    def validate_row(self, row):
        code = row[CODE]
        if code and not is_right(code):
            yield errors.CellError.from_row(row, note="wrong check", field_name=CODE)

def is_right(code):
    if len(code) != 18 or any(c not in VALUES for c in code):
        return False
    total = sum(VALUES[c] * w for c, w in zip(code, WEIGHTS))
    return (31 - total % 31) % 31 == VALUES[code[17]]

SPECIAL = {
    NAME: fields.StringField(name=NAME, constraints={"required": True}),
    "许可决定日期": fields.DateField(name="许可决定日期", format="%Y/%m/%d"),
    "审批类别": fields.StringField(name="审批类别", constraints={
        "enum": ["普通", "特许", "认可", "核准", "登记"]}),
    "许可机关": fields.StringField(name="许可机关", constraints={"maxLength": 32}),
}
with system.use_context(trusted=True):
    resource = Resource(path=sys.argv[1])
    resource.infer(stats=False)
    for name in [field.name for field in resource.schema.fields]:
        resource.schema.set_field(SPECIAL.get(name) or fields.StringField(name=name))
    checklist = Checklist(checks=[CreditCode()])
    result = resource.validate(checklist, limit_errors=10_000_000)
    print(result.stats)
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
