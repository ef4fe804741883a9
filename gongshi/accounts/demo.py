"""The sample city's logins; they exist in demo mode only, which is local."""

from collections.abc import Sequence
from dataclasses import dataclass

from gongshi.accounts.city import read_city
from gongshi.accounts.models import Role

CITY = "lianyungang"
PASSWORD = "gongshi-demo"  # noqa: S105 - known on purpose, shown where one signs in


@dataclass(frozen=True, kw_only=True)
class DemoLogin:
    """A person of the sample city and the units that the person works for."""

    username: str
    role: Role
    units: tuple[str, ...]

    @property
    def password(self) -> str:
        """The same for everybody."""
        return PASSWORD

    @property
    def unit_names(self) -> Sequence[str]:
        """The units' short names."""
        rows = {row.code: row for row in read_city(CITY)}
        return [rows[code].short_name or rows[code].name for code in self.units]


DEMO_LOGINS = (
    DemoLogin(username="huanbao", role=Role.ENTERER, units=("lyg-hbj",)),
    DemoLogin(username="huanbao-sh", role=Role.REVIEWER, units=("lyg-hbj",)),
    DemoLogin(
        username="shiji", role=Role.ENTERER, units=("lyg-syjj", "lyg-zjj", "lyg-gsj")
    ),
    DemoLogin(
        username="shiji-sh",
        role=Role.REVIEWER,
        units=("lyg-syjj", "lyg-zjj", "lyg-gsj"),
    ),
    DemoLogin(username="huanbao-gl", role=Role.UNIT_ADMIN, units=("lyg-hbj",)),
    DemoLogin(username="donghai", role=Role.COUNTY_OFFICE, units=("dhx-zf",)),
    DemoLogin(username="zhongxin", role=Role.CENTRE, units=("lyg-zf",)),
    DemoLogin(username="xinyong", role=Role.CREDIT_OFFICE, units=("lyg-zf",)),
    DemoLogin(username="shenji", role=Role.AUDITOR, units=("lyg-zf",)),
    DemoLogin(username="xitong", role=Role.SYSTEM_ADMIN, units=("lyg-zf",)),
)
