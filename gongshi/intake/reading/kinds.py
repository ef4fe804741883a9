"""Tells what kind of file it is by its bytes; the name's ending says nothing."""

import mmap
import re
import struct
import zipfile
import zlib
from enum import StrEnum
from pathlib import Path

from gongshi.domain.messages import noop
from gongshi.intake.reading.problems import (
    DAMAGED,
    ENCRYPTED,
    REMOVE_PASSWORD,
    SAVE_AGAIN,
    SEND_AGAIN,
    SEND_TABLE,
    UNPACK,
    unreadable,
)

_HEAD_BYTES = 65536
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
_DOCUMENTS = ("word/", "ppt/", "content.xml")
_IMAGE = noop("it is a picture")
_ARCHIVE = noop("it is a packed archive")
_OLD_EXCEL = noop("it is a workbook of a program older than Excel 97")
_FOREIGN = (
    (b"%PDF", noop("it is a PDF"), SEND_TABLE),
    (b"\x89PNG", _IMAGE, SEND_TABLE),
    (b"\xff\xd8\xff", _IMAGE, SEND_TABLE),
    (b"GIF8", _IMAGE, SEND_TABLE),
    (b"BM", _IMAGE, SEND_TABLE),
    (b"II*\x00", _IMAGE, SEND_TABLE),
    (b"MM\x00*", _IMAGE, SEND_TABLE),
    (b"Rar!", _ARCHIVE, UNPACK),
    (b"7z\xbc\xaf", _ARCHIVE, UNPACK),
    (b"\x1f\x8b", _ARCHIVE, UNPACK),
    (b"{\\rtf", noop("it is a text document"), SEND_TABLE),
    (b"\x09\x00\x04\x00", _OLD_EXCEL, SAVE_AGAIN),
    (b"\x09\x02\x06\x00", _OLD_EXCEL, SAVE_AGAIN),
    (b"\x09\x04\x06\x00", _OLD_EXCEL, SAVE_AGAIN),
)
_WEB_PAGE = re.compile(rb"\s*(<!doctype|<html|<head|<body|<table|<meta|<!--)", re.I)
# All that zipfile and zlib raise for an archive that is cut off or forged.
DAMAGED_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,  # also NotImplementedError: an unknown way of packing
    ValueError,
)
_XML = re.compile(rb"\s*<\?xml|\s*<workbook", re.I)


class FileKind(StrEnum):
    """The kinds that can be read."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    CSV = "csv"


def kind_of(path: Path) -> FileKind:
    """Return the file's kind.

    Raises:
        CannotRead: it is of no kind that holds a table we can read.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith(b"PK"):
        return _kind_of_zip(path)
    if head.startswith(_OLE):
        return _kind_of_ole(path)
    _refuse_foreign(head)
    return FileKind.CSV


def _refuse_foreign(head: bytes) -> None:
    for magic, what, remedy in _FOREIGN:
        # A text may begin with the letters BM, as official codes do.
        if head.startswith(magic) and (magic != b"BM" or _is_binary(head)):
            raise unreadable(what, remedy)
    text = head.removeprefix(b"\xef\xbb\xbf")
    if _WEB_PAGE.match(text):
        raise unreadable(noop("it is a web page, whatever its name says"), SAVE_AGAIN)
    if _XML.match(text):
        raise unreadable(noop("it is an XML file"), SAVE_AGAIN)
    if not head.startswith(_BYTE_ORDER_MARKS) and _is_binary(head):
        raise unreadable(noop("it is neither a workbook nor a text"), SEND_TABLE)


def _is_binary(head: bytes) -> bool:
    control = sum(head.count(bytes([byte])) for byte in (*range(9), *range(14, 27)))
    return control > len(head) // 20 + 1


def _kind_of_zip(path: Path) -> FileKind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            manifest = "META-INF/manifest.xml"
            mimetype = archive.open("mimetype").read(99) if "mimetype" in names else b""
            locked = manifest in names and (
                b"encryption-data" in archive.open(manifest).read(_HEAD_BYTES)
            )
    except DAMAGED_ARCHIVE as error:
        raise unreadable(DAMAGED, SEND_AGAIN) from error
    if locked:
        raise unreadable(ENCRYPTED, REMOVE_PASSWORD)
    if "xl/workbook.xml" in names:
        return FileKind.XLSX
    if "content.xml" in names and (not mimetype or b"spreadsheet" in mimetype):
        return FileKind.ODS
    if "xl/workbook.bin" in names:
        raise unreadable(noop("it is a binary workbook (.xlsb)"), SAVE_AGAIN)
    if any(name.startswith(_DOCUMENTS) for name in names):
        raise unreadable(noop("it is a text document or slides"), SEND_TABLE)
    raise unreadable(_ARCHIVE, UNPACK)


def _kind_of_ole(path: Path) -> FileKind:
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        if content.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise unreadable(ENCRYPTED, REMOVE_PASSWORD)
        # Workbook since Excel 97, Book before.
        if content.find("ook\0".encode("utf-16-le")) >= 0:
            return FileKind.XLS
    raise unreadable(noop("it is an Office file without a workbook"), SEND_TABLE)
