"""Draws the decisions of a block: who decided what, about whom, on which day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from gongshi.domain.sample.departments import CITY, REFORM
from gongshi.domain.sample.draws import Draws
from gongshi.domain.sample.items import NATURAL, items
from gongshi.domain.sample.order import CannotSample, Order
from gongshi.domain.sample.subjects import Subjects, segments, subjects
from gongshi.domain.sample.words import lines
from gongshi.domain.standards import Person
from gongshi.domain.working_days import Calendar

_CHOICES = 65_536  # how finely the shares of items are kept

_GIVEN = pl.Schema({"word": pl.String, "year": pl.Int32, "given": pl.UInt32})


@dataclass(frozen=True, kw_only=True)
class City:
    """Everything that a sample draws from, made once for an order."""

    order: Order
    days: pl.Series  # Date: the working days of the range
    items: pl.DataFrame
    legal: pl.Series  # rows of `items`, each as often as its share
    natural: pl.Series
    natural_share: float
    subjects: Subjects


@dataclass
class Numbers:
    """The last decision number given out, by the letters before it and the year."""

    first: int
    last: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_GIVEN))

    def give(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the frame with `number` (UInt32): unique per `word` and `year`."""
        key = ["word", "year"]
        counted = frame.join(self.last, on=key, how="left", maintain_order="left")
        within = pl.int_range(pl.len(), dtype=pl.UInt32).over(key)
        given = frame.group_by(key, maintain_order=True).len("given")
        self.last = (
            pl.concat([self.last, given.cast(_GIVEN)])
            .group_by(key, maintain_order=True)
            .sum()
        )
        return counted.with_columns(
            number=within + pl.col("given").fill_null(0) + self.first
        ).drop("given")


def city(order: Order, calendar: Calendar) -> City:
    """Return what the order's decisions are drawn from.

    Raises:
        CannotSample: the department is unknown, or has no items for such persons.
    """
    listed = items(order.form.kind, order.unit)
    natural = _lottery(listed, pl.col("group") == NATURAL)
    legal = _lottery(listed, pl.col("group") != NATURAL)
    share = _natural_share(order, legal=legal.len(), natural=natural.len())
    return City(
        order=order,
        days=_working_days(order, calendar),
        items=listed,
        legal=legal,
        natural=natural,
        natural_share=share,
        subjects=subjects(order.rows, natural=share),
    )


def _natural_share(order: Order, *, legal: int, natural: int) -> float:
    shares = {Person.NATURAL: 1.0, Person.LEGAL: 0.0}
    share = shares.get(order.form.person, order.natural_share)
    if order.form.person is Person.ANY and not (legal and natural):
        return 1.0 if natural else 0.0
    if (share and not natural) or (share < 1 and not legal):
        raise CannotSample("no-items", f"{order.unit} has no items for such persons.")
    return share


def _lottery(listed: pl.DataFrame, who: pl.Expr) -> pl.Series:
    chosen = listed.with_row_index("place", 0).filter(who)
    tickets = (
        (pl.col("share") / pl.col("share").sum() * _CHOICES).ceil().cast(pl.UInt32)
    )
    return (
        chosen.select(pl.col("place").repeat_by(tickets))
        .to_series()
        .explode()
        .drop_nulls()
    )


def _working_days(order: Order, calendar: Calendar) -> pl.Series:
    span = (order.until - order.since).days + 1
    days = [order.since + timedelta(days=n) for n in range(span)]
    working = [day for day in days if _is_working_day(day, calendar)]
    return pl.Series("decision_date", working or days, dtype=pl.Date)


def _is_working_day(day: date, calendar: Calendar) -> bool:
    known = calendar.is_working_day(day)
    return day.weekday() < 5 if known is None else known


def decisions(city: City, numbers: Numbers, first: int, count: int) -> pl.DataFrame:
    """Return `count` decisions from row `first` (0-based) of the order on.

    One row each, in the order of decision days: the item's columns, the subject's
    columns behind `subject.`, `decision_date`, `year`, `number`, `authority` and
    `authority_code` of the day, and drawn quantities for texts.
    """
    order = city.order
    draws = Draws(seed=f"{order.seed}/{order.form.key}/{first}", height=count)
    is_natural = draws.share("natural", city.natural_share)
    drawn = _days(city, draws, first).hstack(_items(city, draws, is_natural))
    placed = drawn.with_columns(district=_district(draws))
    about = _subjects(city, placed, draws, is_natural)
    dated = pl.concat([placed, about], how="horizontal").with_columns(_of_the_day())
    return numbers.give(dated).with_columns(_quantities(draws))


def _days(city: City, draws: Draws, first: int) -> pl.DataFrame:
    place = pl.int_range(
        first, first + draws.height, eager=True
    ) * _CHOICES + draws.below("day", _CHOICES)
    index = place * city.days.len() // (city.order.rows * _CHOICES)
    return city.days.gather(index).to_frame()


def _items(city: City, draws: Draws, is_natural: pl.Series) -> pl.DataFrame:
    def drawn(lottery: pl.Series) -> pl.Series:
        if lottery.is_empty():
            return pl.Series([0], dtype=pl.UInt32).new_from_index(0, draws.height)
        return lottery.gather(draws.below("item", lottery.len()))

    return city.items[drawn(city.natural).zip_with(is_natural, drawn(city.legal))]


def _district(draws: Draws) -> pl.Expr:
    """A department of a county decides about its own; the city's about anyone."""
    homes = pl.Series(
        [line["region"] for line in lines("places") for _ in range(int(line["weight"]))]
    )
    anywhere = pl.lit(homes.gather(draws.below("district", homes.len())))
    return pl.when(pl.col("region") == CITY).then(anywhere).otherwise(pl.col("region"))


def _subjects(
    city: City, frame: pl.DataFrame, draws: Draws, is_natural: pl.Series
) -> pl.DataFrame:
    known = pl.DataFrame(
        [(group, district, number) for (group, district), number in segments().items()],
        schema=["group", "district", "segment"],
        orient="row",
    )
    segment = frame.join(
        known, on=["group", "district"], how="left", maintain_order="left"
    )["segment"].fill_null(0)
    among = city.subjects
    company = draws.skewed("company", among.companies) * len(segments()) + segment
    person = draws.below("person", among.people) + among.first_person
    index = person.cast(pl.Int64).zip_with(is_natural, company.cast(pl.Int64))
    return among.frame[index].rename(lambda name: f"subject.{name}")


def _of_the_day() -> Iterable[pl.Expr]:
    reformed = pl.col("decision_date") >= REFORM
    for name in ("authority", "authority_code", "word"):
        yield (
            pl.when(reformed)
            .then(pl.col(f"{name}_2019"))
            .otherwise(pl.col(name))
            .alias(name)
        )
    yield pl.col("decision_date").dt.year().alias("year")


def _quantities(draws: Draws) -> Iterable[pl.Expr]:
    yield pl.lit(draws.below("count", 58) + 2).alias("count")
    yield pl.lit(draws.skewed("area", 4970) + 30).alias("area")
    yield pl.lit(draws.skewed("sum", 29_800) + 200).alias("sum")
    yield pl.lit(draws.below("fine", 2**16)).alias("fine_part")
    yield pl.lit(draws.below("lag", 40) + 12).alias("lag")
    yield pl.lit(draws.below("habit", 100)).alias("habit")
    yield pl.lit(draws.below("entered", 3)).alias("entered")
