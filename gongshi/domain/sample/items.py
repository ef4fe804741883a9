"""What the departments decide about: items of licences, kinds of violations.

The texts of a line hold places such as {subject}, {address} or {fine}; `subjects`
names the groups of trades that the item is for, or `natural` for people.
"""

from collections.abc import Iterable, Mapping

import polars as pl

from gongshi.domain.sample.departments import Department, chosen
from gongshi.domain.sample.order import CannotSample
from gongshi.domain.sample.words import lines
from gongshi.domain.standards import Kind

NATURAL = "natural"
_CONFISCATED = "没收违法所得、没收非法财物"
_WITHDRAWN = "暂扣或者吊销许可证、暂扣或者吊销执照"
_KINDS_2016 = {
    "没收违法所得": _CONFISCATED,
    "没收非法财物": _CONFISCATED,
    "暂扣或者吊销许可证": _WITHDRAWN,
    "暂扣或者吊销执照": _WITHDRAWN,
}

Row = dict[str, str | int | float | None]


def items(kind: Kind, unit: str | None) -> pl.DataFrame:
    """Return every item of every department, one row for each group it is for.

    Columns: those of the word list, `group`, the department's columns, and
    `share` (Float64): the item's weight among all decisions.

    Raises:
        CannotSample: `unit` names no department, or it has no such items.
    """
    name, own = (
        ("licences", _of_licence)
        if kind is Kind.LICENCE
        else ("violations", _of_penalty)
    )
    rows = [
        row
        for department in chosen(unit)
        for item in lines(name)
        if department.key in item["departments"].split("|")
        for row in _rows(item, own(item) | _of_department(kind, department, item))
    ]
    if not rows:
        raise CannotSample("no-items", f"{unit} has no items of this kind.")
    return pl.DataFrame(rows)


def _rows(item: Mapping[str, str], columns: Row) -> Iterable[Row]:
    groups = item["subjects"].split("|")
    weight = columns["share"]
    assert isinstance(weight, int)
    for group in groups:
        yield columns | {"group": group, "share": weight / len(groups)}


def _of_department(kind: Kind, department: Department, item: Mapping[str, str]) -> Row:
    abbreviation = "XK" if kind is Kind.LICENCE else "CF"
    where = f"{department.region}{department.letters}"
    word, word_2019 = department.words[kind]
    return {
        "region": department.region,
        "authority": department.name,
        "authority_2019": department.name_2019,
        "authority_code": department.credit_code,
        "authority_code_2019": department.credit_code_2019,
        "word": word,
        "word_2019": word_2019,
        "item_code": f"JS{where}-{abbreviation}-{int(item['number']):04}",
        "share": int(item["weight"]) * department.weight,
    }


def _of_licence(item: Mapping[str, str]) -> Row:
    return {
        "item": item["item"],
        "category": item["category"],
        "content": item["content"],
        "years": int(item["years"]),
        "document": item["document"],
        "certificate": item["certificate"] or None,
        "prefix": item["prefix"] or None,
    }


def _of_penalty(item: Mapping[str, str]) -> Row:
    kinds = item["categories"].split(";")
    older = list(dict.fromkeys(_KINDS_2016.get(kind, kind) for kind in kinds))
    return {
        "item": item["item"],
        "violation": item["violation"],
        "facts": item["facts"],
        "basis": item["basis"],
        "result": item["result"],
        "categories": item["categories"],
        "category_1": older[0],
        "category_2": ";".join(older[1:]) or None,
        "minimum": int(item["minimum"]),
        "maximum": int(item["maximum"]),
    }
