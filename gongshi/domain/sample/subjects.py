"""The invented companies, traders and people of the city: always the same ones.

Whoever stands in the n-th place of a trade and a district has the same name, codes
and legal representative in every sample, whatever its seed and size.
"""

from dataclasses import dataclass
from functools import cache

import polars as pl

from gongshi.domain.identifiers import (
    CREDIT_CODE,
    ORGANISATION_CODE,
    REGISTRATION_NUMBER,
    RESIDENT_ID,
    Identifier,
)
from gongshi.domain.sample.departments import CITY
from gongshi.domain.sample.draws import Draws
from gongshi.domain.sample.items import NATURAL
from gongshi.domain.sample.words import column, lines, weighted

_ALPHABET = pl.Series("character", list("0123456789ABCDEFGHJKLMNPQRTUWXY"))
_PREFIXES = {"company": "91", "individual": "92", "cooperative": "93", "society": "52"}
_MOST_COMPANIES = 1500  # in one trade and district
_MOST_PEOPLE = 60_000
_STEP = 7919  # a prime: neighbours get serial numbers far apart
_OLDEST_BIRTH = pl.date(1955, 1, 1)
_BIRTHPLACES = {"320707": "320721"}  # 赣榆县 until 2014: identity numbers keep its code
_BIRTH_DAYS = 15_000  # the youngest is born in January 1996: of age since 2014


@dataclass(frozen=True, kw_only=True)
class Subjects:
    """Who may be licensed or punished: companies in segments, then natural people.

    `frame` has one row for each; the j-th company of segment s is row
    `j * segments + s`, for j below `companies`; `people` rows follow.
    """

    frame: pl.DataFrame
    companies: int
    people: int

    @property
    def first_person(self) -> int:
        """The row of the first natural person."""
        return self.companies * len(segments())


def districts() -> tuple[str, ...]:
    """Return the codes of the districts and counties."""
    return tuple(line["region"] for line in lines("places") if line["region"] != CITY)


@cache
def segments() -> dict[tuple[str, str], int]:
    """Return the number of each pair of a group of trades and a district."""
    groups = dict.fromkeys(line["group"] for line in lines("trades"))
    pairs = ((group, district) for group in groups for district in districts())
    return {pair: number for number, pair in enumerate(pairs)}


def subjects(rows: int, *, natural: float) -> Subjects:
    """Return subjects enough for that many rows, of which a share are natural people."""
    companies = min(max(rows // (4 * len(segments())), 6), _MOST_COMPANIES)
    people = min(max(int(rows * natural) // 2, 60), _MOST_PEOPLE)
    frame = pl.concat([_companies(companies), _people(people)], how="diagonal")
    return Subjects(frame=frame, companies=companies, people=people)


def completed(identifier: Identifier, body: pl.Expr) -> pl.Expr:
    """Return an identifier's text with its right check character behind it."""
    attempt = body + "0"
    return (
        pl.when(identifier.is_valid(attempt))
        .then(attempt)
        .otherwise(body + identifier.expected(attempt))
    )


def _companies(each: int) -> pl.DataFrame:
    total = each * len(segments())
    draws = Draws(seed="companies", height=total)
    named = pl.DataFrame({"serial": pl.int_range(total, eager=True)}).pipe(_with_names)
    return (
        named.with_columns(
            legal_representative=_names(draws),
            legal_district=_districts(draws),
            address=_address(draws),
            coding=draws.below("coding", 10),
            organisation_code=completed(ORGANISATION_CODE, _organisation_serial()),
        )
        .with_columns(
            credit_code=completed(
                CREDIT_CODE,
                pl.col("form").replace_strict(_PREFIXES)
                + pl.col("district")
                + pl.col("organisation_code"),
            ),
            registration_number=completed(
                REGISTRATION_NUMBER, pl.col("district") + _registration_serial()
            ),
            taxpayer_number=pl.col("district") + pl.col("organisation_code"),
            resident_id=completed(RESIDENT_ID, _identity(draws, "legal_district")),
        )
        .drop("legal_district", "serial", "rank", "head")
    )


def _people(total: int) -> pl.DataFrame:
    draws = Draws(seed="people", height=total)
    return (
        pl.DataFrame({"name": _names(draws), "district": _districts(draws)})
        .with_columns(
            form=pl.lit(NATURAL),
            resident_id=completed(RESIDENT_ID, _identity(draws, "district")),
        )
        .with_columns(address=pl.lit(""), coding=draws.below("coding", 10))
    )


@cache
def _heads() -> pl.DataFrame:
    """What stands around the sign in a name, in the order of segments."""
    places = {line["region"]: line for line in lines("places")}
    rows = []
    for (group, district), segment in segments().items():
        for trade in (line for line in lines("trades") if line["group"] == group):
            place = places[district]
            is_company = trade["form"] == "company"
            prefixes = place["prefixes"].split("|") if is_company else [place["place"]]
            rows += [
                {"segment": segment, "prefix": prefix, "trade": trade["trade"],
                 "form": trade["form"], "district": district}
                for prefix in prefixes
            ]  # fmt: skip
    return pl.DataFrame(rows)


def _with_names(frame: pl.DataFrame) -> pl.DataFrame:
    first, second = (
        column("signs", "character").filter(column("signs", "place") == place)
        for place in ("first", "second")
    )
    heads = _heads()
    ranges = heads.group_by("segment", maintain_order=True).len()
    sizes = ranges["len"]
    starts = sizes.cum_sum() - sizes
    rank, segment = (
        pl.col("serial") // len(segments()),
        pl.col("serial") % len(segments()),
    )
    placed = frame.with_columns(
        rank=rank, head=_gathered(starts, segment)
    ).with_columns(
        sign=(rank // _gathered(sizes, segment)) * 797
        + (rank % _gathered(sizes, segment)) * 311,
        head=pl.col("head") + rank % _gathered(sizes, segment),
    )
    around = heads.select("prefix", "trade", "form", "district")[placed["head"]]
    sign = pl.col("sign") + pl.col("head") * 13
    return (
        pl.concat([placed, around], how="horizontal")
        .with_columns(
            name=pl.concat_str(
                "prefix",
                _gathered(first, sign // second.len() % first.len()),
                _gathered(second, sign % second.len()),
                "trade",
            )
        )
        .drop("sign", "prefix", "trade")
    )


def _gathered(values: pl.Series, index: pl.Expr) -> pl.Expr:
    return pl.lit(values).gather(index)


def _organisation_serial() -> pl.Expr:
    """Eight characters: since 2015 MA1 and five more, before that eight digits."""
    place = pl.col("serial") * _STEP
    modern = pl.concat_str(
        pl.lit("MA1"),
        *(_gathered(_ALPHABET, place // 31**power % 31) for power in (4, 3, 2, 1, 0)),
    )
    old = pl.lit("7") + (place % 10**7).cast(pl.String).str.zfill(7)
    return pl.when(pl.col("serial") % 3 == 0).then(old).otherwise(modern)


def _registration_serial() -> pl.Expr:
    first = (
        pl.when(pl.col("form") == "individual").then(pl.lit("6")).otherwise(pl.lit("0"))
    )
    return first + (pl.col("serial") * _STEP % 10**7).cast(pl.String).str.zfill(7)


def _names(draws: Draws) -> pl.Series:
    surnames, given = (
        weighted("surnames", "surname"),
        column("given_names", "given_name"),
    )
    return surnames.gather(draws.below("surname", surnames.len())) + given.gather(
        draws.below("given name", given.len())
    )


def _districts(draws: Draws) -> pl.Series:
    home = pl.Series("district", districts())
    return home.gather(draws.below("district", home.len()))


def _address(draws: Draws) -> pl.Expr:
    """A road and a number in the company's own district: in its town or in another."""
    places = {line["region"]: line["place"] for line in lines("places")}
    number = pl.lit((draws.below("house", 380) + 1).cast(pl.String))
    street = pl.concat_str(_of_district("streets", "street", draws), pl.lit("创业路"))
    road = _of_district("roads", "road", draws)
    where = pl.when(pl.lit(draws.share("street", 0.4))).then(street).otherwise(road)
    return pl.concat_str(
        pl.col("district").replace_strict(places), where, number, pl.lit("号")
    )


def _of_district(name: str, key: str, draws: Draws) -> pl.Expr:
    """One line of a list that is sorted by districts, drawn from the row's own."""
    listed = column(name, "region")
    sizes = {district: int((listed == district).sum()) for district in districts()}
    starts = {district: int(listed.index_of(district) or 0) for district in districts()}
    size = pl.col("district").replace_strict(sizes, return_dtype=pl.Int64)
    start = pl.col("district").replace_strict(starts, return_dtype=pl.Int64)
    return _gathered(column(name, key), start + pl.lit(draws.below(name, 2**16)) % size)


def _identity(draws: Draws, district: str) -> pl.Expr:
    """The first 17 characters: home, birth date, serial."""
    birth = _OLDEST_BIRTH + pl.duration(days=pl.lit(draws.below("birth", _BIRTH_DAYS)))
    serial = pl.lit((draws.below("identity", 998) + 1).cast(pl.String)).str.zfill(3)
    home = pl.col(district).replace(_BIRTHPLACES)
    return pl.concat_str(home, birth.dt.strftime("%Y%m%d"), serial)
