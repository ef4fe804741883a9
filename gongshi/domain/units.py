"""Kinds and levels of the units that disclose decisions."""

from enum import StrEnum


class Level(StrEnum):
    """At which level of government a unit stands."""

    PROVINCE = "province"  # 省级
    CITY = "city"  # 市级
    COUNTY = "county"  # 县、区、功能区


class UnitKind(StrEnum):
    """By which title a unit makes decisions (notice 四(一))."""

    GOVERNMENT = "government"  # 人民政府、功能区管委会
    DEPARTMENT = "department"  # 政府部门
    AUTHORISED = "authorised"  # 法律法规授权组织
    ENTRUSTED = "entrusted"  # 受委托组织: its items stand in its superior's catalogue
    VERTICAL = "vertical"  # 垂直管理部门
