"""Text tables: encodings, separators, quotation marks, odd bytes, any size."""

import contextlib
import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gongshi.intake.reading import CannotRead, Limits, read
from gongshi.intake.reading.clean import BLANK
from tests.intake.files import (
    LABELS,
    LICENCE,
    Cells,
    all_problems,
    at,
    codes_of,
    csv_text,
    frame_of,
    open_file,
    record,
    write_csv,
)

_ODD = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
_SMALL_BLOCKS = Limits(block_bytes=2048, part_rows=3)


@pytest.mark.parametrize("text", ["\u200b", " \ufeff\u3000", "\u2060 \u200d"])
def test_cell_of_nothing_that_is_seen_is_empty(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(csv_text([LABELS, record(remarks=text)]), encoding="utf-8")

    assert frame_of(path).get_column("remarks").to_list() == [None]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le-bom"]
)
def test_encoding_is_recognised(tmp_path: Path, encoding: str) -> None:
    text = csv_text([LABELS, record()])
    if encoding == "utf-16-le-bom":
        content = b"\xff\xfe" + text.encode("utf-16-le")
    else:
        content = text.encode(encoding)
    path = tmp_path / "a.csv"
    path.write_bytes(content)

    assert frame_of(path).item(0, "subject_name") == "连云港海州商贸有限公司"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_first_chinese_character_may_come_late(tmp_path: Path, encoding: str) -> None:
    codes = [field.code for field in LICENCE.fields]
    plain = [c if str(c).isascii() else "x" for c in record()]
    rows: list[Cells] = [codes, *[plain] * 40, record()]
    path = write_csv(tmp_path / "a.csv", rows, encoding)

    frame = frame_of(path, _SMALL_BLOCKS)

    assert frame.item(-1, "subject_name") == "连云港海州商贸有限公司"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16"])
def test_characters_cut_by_a_block_come_back_whole(
    tmp_path: Path, encoding: str
) -> None:
    rows: list[Cells] = [LABELS, *[record(remarks=f"备注{n}" * 7) for n in range(60)]]
    path = write_csv(tmp_path / "a.csv", rows, encoding)

    frame = frame_of(path, Limits(block_bytes=1021))

    assert frame.get_column("remarks").to_list() == [f"备注{n}" * 7 for n in range(60)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separator_is_recognised(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "a.csv"
    cells = record(remarks="一,二;三\t四")
    path.write_text(csv_text([LABELS, cells], separator), encoding="utf-8", newline="")

    frame = frame_of(path)

    assert frame.height == 1
    assert frame.item(0, "remarks") == "一,二;三\t四"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_systems_are_read(tmp_path: Path, line_end: str) -> None:
    path = tmp_path / "a.csv"
    text = csv_text([LABELS, record(), record()]).replace("\r\n", line_end)
    path.write_text(text, encoding="utf-8", newline="")

    assert frame_of(path).get_column("row").to_list() == [2, 3]


def test_cell_of_several_lines_and_blank_lines_count_as_rows(tmp_path: Path) -> None:
    several = record(remarks="第一行\n第二行\r\n第三行")
    text = csv_text([LABELS, several]) + "\r\n\r\n" + csv_text([record(), record()])
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8", newline="")

    for limits in (Limits(), _SMALL_BLOCKS):
        assert frame_of(path, limits).get_column("row").to_list() == [2, 5, 6]


def test_mark_inside_a_cell_is_a_character(tmp_path: Path) -> None:
    line = ",".join(str(cell or "") for cell in record(subject_name='5" 管件'))
    closed = ",".join(str(cell or "") for cell in record(subject_name='"惠民"超市'))
    path = tmp_path / "a.csv"
    path.write_text("\n".join([",".join(LABELS), line, closed, line]), encoding="utf-8")

    names = frame_of(path).get_column("subject_name").to_list()

    assert names == ['5" 管件', "惠民超市", '5" 管件']


def test_mark_never_closed_names_its_row(tmp_path: Path) -> None:
    opened = ",".join(str(cell or "") for cell in record(subject_name='"惠民超市'))
    text = csv_text([LABELS, record(), record()]) + opened + "\r\n"
    path = tmp_path / "a.csv"
    path.write_text(text + csv_text([record()] * 3), encoding="utf-8", newline="")

    for limits in (
        Limits(),
        Limits(block_bytes=512),
        Limits(row_bytes=512, block_bytes=512),
    ):
        problems = all_problems(path, limits)

        assert problems.select("code", "row").rows()[-1] == ("unreadable-file", 4)


def test_row_of_more_than_the_limit_names_its_row(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "a.csv", [LABELS, record(), record(remarks="长" * 9000)]
    )

    problems = all_problems(path, Limits(row_bytes=4096, block_bytes=2048))

    assert problems.select("code", "row").rows()[-1] == ("unreadable-file", 3)


def test_cell_of_a_megabyte_is_read(tmp_path: Path) -> None:
    long = "长" * 400_000
    path = write_csv(tmp_path / "a.csv", [LABELS, record(remarks=long)])

    assert frame_of(path).item(0, "remarks") == long


def test_nul_byte_names_its_row(tmp_path: Path) -> None:
    text = csv_text([LABELS, record(), record(remarks="甲\0乙")])
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode())

    assert all_problems(path).select("code", "row").rows() == [("unreadable-file", 3)]


@pytest.mark.parametrize("limits", [Limits(), _SMALL_BLOCKS])
def test_bytes_that_are_no_text_name_their_row(tmp_path: Path, limits: Limits) -> None:
    good = csv_text([LABELS, *[record()] * 30]).encode()
    path = tmp_path / "a.csv"
    path.write_bytes(
        good + csv_text([record()]).encode().replace("海州".encode(), b"\xff")
    )

    problems = all_problems(path, limits)

    assert problems.select("code", "row").rows()[-1] == ("unreadable-file", 32)


def test_gb18030_with_a_broken_character_names_its_row(tmp_path: Path) -> None:
    good = csv_text([LABELS, record()]).encode("gb18030")
    path = tmp_path / "a.csv"
    path.write_bytes(good + b"\xff\xff,\xff\r\n")

    assert all_problems(path).select("code", "row").rows() == [("unreadable-file", 3)]


def test_more_cells_than_the_header_are_a_finding(tmp_path: Path) -> None:
    rows: list[Cells] = [
        LABELS,
        record(),
        [*record(), "多出"],
        [*record(), "", ""],
        record(),
    ]
    path = write_csv(tmp_path / "a.csv", rows)

    (line,) = all_problems(path).rows(named=True)
    assert (line["code"], line["row"], line["value"]) == ("extra-cells", 3, "多出")


def test_fewer_cells_than_the_header_are_empty(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [LABELS, record()[: at("status")]])

    assert frame_of(path).item(0, "status") is None
    assert codes_of(path) == []


@_ODD
@given(
    cells=st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\0")),
            min_size=1,
            max_size=4,
        ),
        min_size=1,
        max_size=12,
    ),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    block=st.sampled_from([700, 4096, 1 << 20]),
)
@example(cells=[['"'], ["\n"], ['",\n"'], ["a\r"]], quoting=csv.QUOTE_ALL, block=700)
def test_any_text_survives_writing_and_reading(
    tmp_path: Path, cells: list[list[str]], quoting: int, block: int
) -> None:
    texts = [text for line in cells for text in line]
    rows: list[Cells] = [record(remarks=text) for text in texts]
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=quoting).writerows([LABELS, *rows])  # type: ignore[arg-type]
    path = tmp_path / "a.csv"
    path.write_bytes(stream.getvalue().encode())

    frame = frame_of(path, Limits(block_bytes=block))

    assert frame.get_column("row").to_list() == list(range(2, len(texts) + 2))
    expected = [text.strip(BLANK) or None for text in texts]
    assert frame.get_column("remarks").to_list() == expected


@_ODD
@given(
    content=st.binary(max_size=400),
    headed=st.booleans(),
    size=st.sampled_from([64, 1 << 20]),
)
@example(content=b"PK\x03\x04", headed=False, size=64)
@example(content=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", headed=False, size=64)
@example(content=b"\xff\xfe", headed=False, size=64)
@example(content=b"\xff\xfea", headed=False, size=64)
def test_any_bytes_end_in_rows_or_a_finding(
    tmp_path: Path, content: bytes, headed: bool, size: int
) -> None:
    header = csv_text([LABELS, record()]).encode() if headed else b""
    path = tmp_path / "a.csv"
    path.write_bytes(header + content)

    reading = read(path, name="a.csv", limits=Limits(block_bytes=size, row_bytes=256))

    with contextlib.suppress(CannotRead):
        for part in reading.parts:
            assert part.frame.height or part.problems.height


def test_file_is_closed_when_nobody_reads_on(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [LABELS, record()])

    reading = open_file(path)
    del reading

    path.unlink()
    assert not path.exists()
