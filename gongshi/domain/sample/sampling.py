"""Makes samples: whole frames for tests, or block after block for large files."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from gongshi.domain.sample.decisions import Numbers, city, decisions
from gongshi.domain.sample.fields import filled
from gongshi.domain.sample.order import Order
from gongshi.domain.sample.planting import Planter
from gongshi.domain.standards import Form
from gongshi.domain.working_days import Calendar

_BLOCK = 100_000  # rows; part of what makes a sample reproducible


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Records and what `validate` must find in them.

    `frame` has the official labels as columns in the form's order, all String;
    `faults` has `row` (UInt32, the header being row 1) and `code` (String).
    """

    frame: pl.DataFrame
    faults: pl.DataFrame


def sample_blocks(order: Order, *, calendar: Calendar) -> Iterator[Sample]:
    """Yield the sample in bounded blocks, in the order of decision days.

    The same order gives the same blocks. About 300 MB of memory whatever its size.

    Raises:
        CannotSample: the department is unknown or has nothing of that kind.
    """
    among = city(order, calendar)
    numbers = Numbers(first=order.first_number)
    companies = among.subjects.frame["name"].head(among.subjects.first_person)
    planter = Planter(order=order, calendar=calendar, strangers=companies)
    labels = {field.name: field.label for field in order.form.fields}
    for first in range(0, order.rows, _BLOCK):
        drawn = decisions(among, numbers, first, min(_BLOCK, order.rows - first))
        clean = filled(drawn, order.form, pl.lit(order.until))
        frame, faults = planter.plant(clean, first)
        yield Sample(frame=frame.rename(labels), faults=faults)


def sample_frame(  # noqa: PLR0913 - the parts of an order, for callers with one frame
    form: Form,
    n: int,
    *,
    seed: int,
    since: date,
    until: date,
    calendar: Calendar,
    unit: str | None = None,
    errors: float = 0.0,
) -> Sample:
    """Return a sample of `n` records as one frame: see `Order` and `Sample`.

    Raises:
        CannotSample: as `Order` and `sample_blocks`.
    """
    order = Order(
        form=form, rows=n, seed=seed, since=since, until=until, unit=unit, errors=errors
    )
    blocks = list(sample_blocks(order, calendar=calendar))
    return Sample(
        frame=pl.concat([block.frame for block in blocks]),
        faults=pl.concat([block.faults for block in blocks]),
    )
