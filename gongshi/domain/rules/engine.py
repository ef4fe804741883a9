"""Runs all rules over rows, part by part, and says which rows may land."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from gongshi.domain import privacy
from gongshi.domain.findings import FINDING_SCHEMA, Severity, column_letter, no_findings
from gongshi.domain.rules.base import Check, Context, Rule
from gongshi.domain.rules.cells import raw
from gongshi.domain.rules.history_rules import EARLIER_ROW, HELD, KNOWN_NAME
from gongshi.domain.rules.ledger import Ledger
from gongshi.domain.rules.prepare import prepare
from gongshi.domain.rules.registry import plan
from gongshi.domain.standards import Field, FieldType

WITHHOLDING = ("not-public", "minor-subject")  # accepted, never public

Held = Callable[[pl.DataFrame], pl.Series]


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What the rules say of a part of a file.

    `findings` follows FINDING_SCHEMA, ordered by row and column; `rows` is the
    prepared frame (see `cells`) with `is_good` (Boolean: no error), `withheld`
    (String: the code that keeps a good row from the public) and `held`.
    """

    findings: pl.DataFrame
    rows: pl.DataFrame


@dataclass
class Checker:
    """Checks the parts of one or more files in order, remembering earlier rows."""

    ledger: Ledger = field(default_factory=Ledger)

    def check(
        self,
        frame: pl.DataFrame,
        context: Context,
        *,
        sheet: str = "",
        columns: Mapping[str, int] | None = None,
        lost: pl.DataFrame | None = None,
        held: Held | None = None,
    ) -> Checked:
        """Check rows as received (`row` UInt32, a String column per field).

        `columns` gives the position of each field in the sheet; a field without one
        is told about as a missing column, not row by row. `lost` (row, field) names
        the cells that were numbers with lost digits. `held` says of prepared rows
        what the registry holds: "equal", "different" or null (String).
        """
        prepared = prepare(frame, context.form, lost)
        prepared = self._with_history(prepared, context, sheet, held)
        found = _apply(prepared, _called_for(context, columns))
        findings = _as_findings(found, context, sheet=sheet, columns=columns or {})
        return Checked(findings=findings, rows=_judged(prepared, findings))

    def _with_history(
        self, frame: pl.DataFrame, context: Context, sheet: str, held: Held | None
    ) -> pl.DataFrame:
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
        return frame.with_columns(
            self.ledger.earlier_rows(frame, context.form, sheet).alias(EARLIER_ROW),
            self.ledger.known_names(frame).alias(KNOWN_NAME),
            (held(frame) if held else nothing).alias(HELD),
        )


def _called_for(
    context: Context, columns: Mapping[str, int] | None
) -> tuple[tuple[Rule, Check], ...]:
    checks = plan(context)
    if columns is None or len(columns) == len(context.form.fields):
        return checks
    return tuple(
        (rule, check)
        for rule, check in checks
        if rule.code != "required" or check.field in columns
    )


@dataclass(frozen=True, kw_only=True)
class _Found:
    rule: Rule
    check: Check
    rows: pl.DataFrame


def _apply(frame: pl.DataFrame, checks: tuple[tuple[Rule, Check], ...]) -> list[_Found]:
    possible = _possible(frame, checks)
    if not possible:
        return []
    flags = frame.select(
        check.fails.fill_null(value=False).alias(str(i))
        for i, (_, check) in enumerate(possible)
    )
    counts = flags.sum().row(0)
    # Nearly all rows are good: what is told about is looked up among the others only.
    is_bad = flags.select(pl.any_horizontal(pl.all())).to_series()
    bad, flags = frame.filter(is_bad), flags.filter(is_bad)
    return [
        _Found(rule=rule, check=check, rows=bad.filter(flags.get_column(str(i))))
        for i, (rule, check) in enumerate(possible)
        if counts[i]
    ]


def _possible(
    frame: pl.DataFrame, checks: tuple[tuple[Rule, Check], ...]
) -> tuple[tuple[Rule, Check], ...]:
    if frame.is_empty():
        return ()
    guarded = {
        i: c.possible for i, (_, c) in enumerate(checks) if c.possible is not None
    }
    answers = frame.select(guard.alias(str(i)) for i, guard in guarded.items())
    ruled_out = {int(i) for i, may in answers.row(0, named=True).items() if not may}
    return tuple(pair for i, pair in enumerate(checks) if i not in ruled_out)


def _as_findings(
    found: list[_Found], context: Context, *, sheet: str, columns: Mapping[str, int]
) -> pl.DataFrame:
    if not found:
        return no_findings()
    position = {name: i for i, name in enumerate(context.form.names)}
    frames = [
        _finding_rows(each, context, sheet=sheet, columns=columns).with_columns(
            _order=pl.lit(position[each.check.field], dtype=pl.UInt32)
        )
        for each in found
    ]
    return pl.concat(frames).sort("row", "_order", maintain_order=True).drop("_order")


def _finding_rows(
    found: _Found, context: Context, *, sheet: str, columns: Mapping[str, int]
) -> pl.DataFrame:
    check = found.check
    about = context.form.by_name[check.field]
    place = columns.get(check.field)
    nothing = pl.lit(None, dtype=pl.String)
    return found.rows.select(
        sheet=pl.lit(sheet),
        row=pl.col("row").cast(pl.UInt32),
        column=pl.lit(None if place is None else column_letter(place), dtype=pl.String),
        field=pl.lit(about.code),
        label=pl.lit(about.label),
        value=_shown(about, check),
        code=pl.lit(found.rule.code),
        severity=pl.lit(str(found.rule.severity)),
        expected=nothing if check.expected is None else check.expected,
    ).cast(pl.Schema(FINDING_SCHEMA))


def _shown(about: Field, check: Check) -> pl.Expr:
    # Findings are listed, stored and mailed about: an identity number never is.
    if about.type is FieldType.RESIDENT_ID:
        return privacy.mask_identity(raw(about.name))
    # A person's number often stands where it does not belong, in public columns too.
    return privacy.mask_text(raw(about.name)) if check.value is None else check.value


def _judged(frame: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    errors = findings.filter(pl.col("severity") == str(Severity.ERROR)).get_column(
        "row"
    )
    withheld = (
        findings.filter(pl.col("code").is_in(WITHHOLDING))
        .select("row", withheld=pl.col("code"))
        .unique("row", keep="first", maintain_order=True)
    )
    return frame.join(
        withheld, on="row", how="left", maintain_order="left"
    ).with_columns(is_good=~pl.col("row").is_in(errors.unique().implode()))
