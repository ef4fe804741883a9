"""Rules about files and columns; reading a file applies them itself.

They stand here so that every code has one message, one source and one place in
the documentation.
"""

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
)
