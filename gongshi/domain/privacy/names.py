"""Names of natural persons, shortened to the surname."""

from typing import overload

import polars as pl

from gongshi.domain.privacy.columns import of_text_or_column

# Two-character surnames in use; a name is longer than its surname.
_COMPOUND_SURNAME = (
    "欧阳|太史|端木|上官|司马|东方|独孤|南宫|万俟|闻人|夏侯|诸葛|尉迟|公羊|赫连|澹台|"
    "皇甫|宗政|濮阳|公冶|太叔|申屠|公孙|慕容|仲孙|钟离|长孙|宇文|司徒|鲜于|司空|闾丘|"
    "子车|亓官|司寇|巫马|公西|颛孙|壤驷|公良|漆雕|乐正|宰父|谷梁|拓跋|夹谷|轩辕|令狐|"
    "段干|百里|呼延|东郭|南门|羊舌|微生|梁丘|左丘|西门|第五|南荣|东里|仲长|即墨|淳于|"
    "达奚|褚师|纳兰"
)
_HAS_COMPOUND_SURNAME = f"^(?:{_COMPOUND_SURNAME})."


@overload
def mask_person_name(name: str) -> str: ...


@overload
def mask_person_name(name: pl.Expr) -> pl.Expr: ...


def mask_person_name(name: pl.Expr | str) -> pl.Expr | str:
    """Return a name as `张*` or `欧阳**`: the surname, a star per further character.

    In and out: String; null stays null. A name of one character is hidden whole.
    """
    return of_text_or_column(_masked, name)


def _masked(name: pl.Expr) -> pl.Expr:
    plain = name.str.strip_chars()
    length = plain.str.len_chars()
    shown = (
        pl.when(plain.str.contains(_HAS_COMPOUND_SURNAME))
        .then(2)
        .when(length > 1)
        .then(1)
        .otherwise(0)
    )
    return plain.str.head(shown).str.pad_end(length, "*")
