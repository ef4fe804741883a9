"""Rules about files and columns; reading a file applies them itself.

They stand here so that every code has one message, one source and one place in
the documentation.
"""

import io
import zipfile
from xml.sax.saxutils import escape

from gongshi.domain.findings import Category, Severity
from gongshi.domain.messages import noop
from gongshi.domain.rules.base import FileExample, Level, Outcome, Rule

_HEADER = "行政许可决定书文号,项目名称,行政许可编码,审批类别,许可内容,行政相对人名称,行政相对人代码_1(统一社会信用代码),行政相对人代码_2(组织机构代码),行政相对人代码_3(工商登记码),行政相对人代码_4(税务登记号),行政相对人代码_5(居民身份证号),法定代表人姓名,许可决定日期,许可截止期,许可机关,当前状态,备注,信息使用范围"
_ROW = "连环审〔2016〕12号,建设项目环境影响评价审批,3207001234,普通,同意建设,连云港海州商贸有限公司,91320700MA1MBGC09C,,,,,,2016/01/08,,连云港市环境保护局,0,,"
_GOOD = f"{_HEADER}\n{_ROW}\n".encode()


def _example(outcome: Outcome, content: bytes, name: str = "例.csv") -> FileExample:
    return FileExample(outcome=outcome, name=name, content=content)


def _rule(
    code: str,
    *,
    summary: str,
    message: str,
    failing: bytes,
    severity: Severity = Severity.ERROR,
    not_applicable: bytes = b"",
) -> Rule:
    examples = [_example(Outcome.PASSES, _GOOD), _example(Outcome.FAILS, failing)]
    examples.append(_example(Outcome.NOT_APPLICABLE, not_applicable))
    return Rule(
        code=code,
        level=Level.FILE,
        category=Category.COMPLETENESS,
        severity=severity,
        summary=summary,
        message=message,
        source="连政办发〔2016〕9号 四(二)3（省统一模板）",
        examples=tuple(examples),
    )


def _workbook(*sheets: tuple[str, list[list[str]]], macros: bool = False) -> bytes:
    """Return a minimal .xlsx, for the examples that need one."""
    packed = io.BytesIO()
    names = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>'
        for n, (name, _) in enumerate(sheets, 1)
    )
    office = "http://schemas.openxmlformats.org"
    main = f"{office}/spreadsheetml/2006/main"
    relations = f"{office}/officeDocument/2006/relationships"
    packages = f"{office}/package/2006"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml", f'<Types xmlns="{packages}/content-types"/>'
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{packages}/relationships"><Relationship Id="r0" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>{names}</sheets></workbook>',
        )
        links = "".join(
            f'<Relationship Id="r{n}" Type="{relations}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(sheets) + 1)
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{packages}/relationships">{links}</Relationships>',
        )
        for number, (_, rows) in enumerate(sheets, 1):
            lines = "".join(
                "<row>"
                + "".join(
                    f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
                    for cell in row
                )
                + "</row>"
                for row in rows
            )
            archive.writestr(
                f"xl/worksheets/sheet{number}.xml",
                f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>',
            )
        if macros:
            archive.writestr("xl/vbaProject.bin", b"")
    return packed.getvalue()


_TABLE = [_HEADER.split(","), _ROW.split(",")]
_WIDE = ",".join(f"列{n}" for n in range(300))


FILE_RULES = (
    _rule(
        "unreadable-file",
        summary=noop("A file is a workbook or a text table that can be read."),
        message=noop("The file cannot be read: %(value)s. %(expected)s"),
        failing=b"%PDF-1.7\n",
    ),
    _rule(
        "empty-file",
        summary=noop("A file has at least one record below its header."),
        message=noop(
            "There is no record below the header. Enter the records and send it again."
        ),
        failing=f"{_HEADER}\n".encode(),
        not_applicable=b"%PDF-1.7\n",
    ),
    _rule(
        "unknown-template",
        summary=noop("The header is that of one of the standard editions."),
        message=noop(
            "No known template has these columns. It comes closest to %(value)s;"
            " missing: %(expected)s. Use the blank form."
        ),
        failing="姓名,电话,地址\n张三,1,连云港\n".encode(),
        not_applicable=b"%PDF-1.7\n",
    ),
    _rule(
        "missing-column",
        summary=noop("Every required column of the template is there."),
        message=noop(
            "The column %(value)s of the template is missing. Add it and fill it in."
        ),
        failing=_GOOD.replace("许可内容,".encode(), b"", 1).replace(
            "同意建设,".encode(), b""
        ),
        not_applicable="姓名,电话,地址\n张三,1,连云港\n".encode(),
    ),
    _rule(
        "unrecognised-column",
        severity=Severity.WARNING,
        summary=noop("Every column belongs to the template."),
        message=noop(
            "The column “%(value)s” is not part of the template."
            " It is kept with the row and not published."
        ),
        failing=_GOOD.replace(
            "信息使用范围".encode(), "信息使用范围,经办人".encode(), 1
        ),
        not_applicable="姓名,电话,地址\n张三,1,连云港\n".encode(),
    ),
    _rule(
        "repeated-column",
        severity=Severity.WARNING,
        summary=noop("A column of the template stands in the sheet once."),
        message=noop(
            "The column “%(value)s” stands in the sheet twice; the first one counts."
        ),
        failing=_GOOD.replace("信息使用范围".encode(), "信息使用范围,备注".encode(), 1),
        not_applicable="姓名,电话,地址\n张三,1,连云港\n".encode(),
    ),
    _rule(
        "extra-cells",
        summary=noop("A row has no more cells than the header."),
        message=noop(
            "The row has more cells than the header; the rest begins with “%(value)s”."
            " A comma inside a text must stand in quotation marks."
        ),
        failing=_GOOD + (_ROW + ",多出的一格\n").encode(),
        not_applicable=b"%PDF-1.7\n",
    ),
    _rule(
        "beyond-limit",
        summary=noop(
            "A file stays within the limits on size, rows, columns and sheets."
        ),
        message=noop(
            "The file is larger than can be taken: %(value)s, the limit is %(expected)s. Split it into several files."
        ),
        failing=f"{_HEADER},{_WIDE}\n{_ROW},{_WIDE}\n".encode(),
        not_applicable=b"%PDF-1.7\n",
    ),
    _rule(
        "formula-error",
        summary=noop("A formula has a value."),
        message=noop(
            "The formula in this cell gives no value. Enter the value itself."
        ),
        failing=_GOOD.replace("连云港市环境保护局".encode(), b"#N/A"),
        not_applicable=b"%PDF-1.7\n",
    ),
    _rule(
        "row-identity",
        summary=noop("A row that is sent again says which row it was."),
        message=noop(
            "This row cannot be told to be one of the rows to correct: its identity"
            " is missing, was used before, or belongs elsewhere. Download the rows to"
            " correct once more; send new rows in a file of their own."
        ),
        failing=f"{_HEADER},行标识（请勿改动）\n{_ROW},1234\n".encode(),
        not_applicable=b"%PDF-1.7\n",
    ),
    _rule(
        "sheet-not-read",
        severity=Severity.INFO,
        summary=noop("Every sheet of a workbook has the header of a template."),
        message=noop(
            "The sheet “%(value)s” has no header of a template and was not read."
        ),
        failing=_workbook(
            ("许可", _TABLE), ("通讯录", [["姓名", "电话"], ["张三", "1"]])
        ),
        not_applicable=b"%PDF-1.7\n",
    ),
    _rule(
        "macros-ignored",
        severity=Severity.INFO,
        summary=noop("A workbook has no macros."),
        message=noop(
            "The workbook contains macros. They were not run; only the cells were read."
        ),
        failing=_workbook(("许可", _TABLE), macros=True),
        not_applicable=b"%PDF-1.7\n",
    ),
)
