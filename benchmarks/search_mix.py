"""The fixed mix of 200 searches: what people type, and what hurts a search most.

Names, codes and numbers are taken from the store at fixed places, so that the mix is
the same for the same store and alike for stores of any size.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from gongshi.portal.models import PublishedRecord
from gongshi.portal.store import STORE

_BRACKETS = (("〔", "〕"), ("[", "]"), ("（", "）"), ("【", "】"), ("(", ")"))

_TWO = (
    "食品", "药品", "海州", "灌云", "赣榆", "东海", "危化", "消防", "运输", "建材",
    "化工", "港口", "卫生", "环保", "燃气", "旅游", "医疗", "水产", "超市", "餐饮",
    "鑫源", "苍梧", "云台", "锦屏",
)  # fmt: skip
_COMMON = (
    "有限公司", "连云港", "连云港市", "公司", "经营", "许可", "江苏", "罚款", "人民币",
    "平方米", "当事人", "准予", "海州区", "号", "市",
)  # fmt: skip
_PARTS = (
    "粮油有限公司", "建筑安装工程", "港口物流", "新型建材", "食品经营许可",
    "道路运输经营", "排污许可", "未取得", "超过保质期", "环境影响评价",
    "营业场所", "商品混凝土", "幕墙工程", "水产制品", "施工许可",
)  # fmt: skip
_RARE = (
    "年产49吨", "面积2453平方米", "面积777平方米", "59名", "违法所得853元", "创业路364号",
    "总投资26076万元", "海连中路31号", "17袋", "JY2",
)  # fmt: skip
_ABSENT = (
    "火星探测", "区块链", "龘", "比特币", "上海自贸", "zzzz", "四川成都", "QX", "北极",
    "公司有限", "港云连", "2099", "91110108", "％％", "\U00020bb7野家",
)  # fmt: skip
# What only decisions of long ago have, most of them past their display.
_OLD = (
    "食药监许〔2016〕", "计划生育委员会", "连食药监许(2017)1", "国土资源局", "环审〔2016〕",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Search:
    """One search: its sort, the address bar's parameters, and the cursor of a page."""

    sort: str
    params: Mapping[str, str]
    after: str | None = None
    # What the peer can be asked, too: the bare words, the newest first.
    words: str = field(default="")


def mix() -> Sequence[Search]:
    """Return the 200 searches over the public store at hand."""
    records = _spread(40)
    found = [
        *_plain("code", [record.credit_code for record in records[:15]]),
        *_plain("number", _numbers(records[15:35])),
        *_plain("name", [record.subject_name for record in records[::2]]),
        *_plain("two characters", _TWO),
        *_plain("common", _COMMON),
        *_plain("part", _PARTS),
        *_plain("rare", _RARE),
        *_plain("absent", _ABSENT),
        *_plain("old", _OLD),
        *_narrowed(records),
        *_deep(),
        *_sorted(),
    ]
    assert len(found) == 200, len(found)
    return found


def _spread(count: int) -> list[PublishedRecord]:
    """Return records that lie evenly spread over the store."""
    records = PublishedRecord.objects.using(STORE)
    last = records.order_by("-position")[0].position
    places = [last * place // count - 7 for place in range(1, count + 1)]
    return [
        records.filter(position__lte=place)
        .exclude(credit_code="")
        .order_by("-position")[0]
        for place in places
    ]


def _plain(sort: str, texts: Sequence[str]) -> Iterator[Search]:
    for text in texts:
        yield Search(sort=sort, params={"q": text}, words=text)


def _numbers(records: Sequence[PublishedRecord]) -> list[str]:
    """Return decision numbers, each in the next style of brackets."""
    texts = []
    for place, record in enumerate(records):
        opening, closing = _BRACKETS[place % len(_BRACKETS)]
        number = record.decision_number
        texts.append(number.replace("〔", opening).replace("〕", closing))
    return texts


def _narrowed(records: Sequence[PublishedRecord]) -> Iterator[Search]:
    """Yield words with filters: common ones, rare ones, and such as never meet."""
    one, other = records[-3], records[-9]
    filters: Sequence[Mapping[str, str]] = (
        {"kind": "penalty"},
        {"region": "320700"},
        {"region": "320723"},
        {"unit": one.unit_code},
        {"unit": other.unit_code, "kind": "licence"},
        {"level": "county"},
        {"item": one.catalogue_item},
        {"category": "罚款"},
        {"from": "2024-03-05", "until": "2024-03-11"},
        {"from": "2018-01-01", "until": "2018-12-31"},
        {"until": "2016-03-31"},
        {"kind": "licence", "category": "罚款"},
        {"region": "110000"},
    )
    for narrowed in filters:
        for text in ("有限公司", "连云港", "食品"):
            yield Search(sort="narrowed", params={"q": text, **narrowed})


def _deep() -> Iterator[Search]:
    newest = PublishedRecord.objects.using(STORE).order_by("-position")[0].position
    texts = ("有限公司", "连云港", "食品", "罚款", "港口物流", "面积777平方米")
    for text, share in chain.from_iterable(((text, 2), (text, 4)) for text in texts):
        yield Search(sort="deep", params={"q": text}, after=f"s.{newest * share // 5}")


def _sorted() -> Iterator[Search]:
    for text in (
        "有限公司",
        "连云港",
        "食品",
        "危化",
        "港口物流",
        "罚款",
        "面积777平方米",
    ):
        yield Search(sort="oldest first", params={"q": text, "order": "oldest"})
    for text, kind in (("食品", "penalty"), ("连云港", "licence"), ("许可", "penalty")):
        yield Search(
            sort="oldest first", params={"q": text, "kind": kind, "order": "oldest"}
        )
