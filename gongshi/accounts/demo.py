"""The sample city's logins; they exist in demo mode only, which is local."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class DemoLogin:
    """A known login: what it is shown with, and the unit that it works for."""

    username: str
    password: str
    unit_code: str
    shown_as: Promise


DEMO_LOGINS = (
    DemoLogin(
        username="huanbao",
        password="gongshi-demo-1",  # noqa: S106 - known on purpose, see the module
        unit_code="lyg-hbj",
        shown_as=_("Environmental Protection Bureau"),
    ),
    DemoLogin(
        username="shiyao",
        password="gongshi-demo-2",  # noqa: S106 - known on purpose, see the module
        unit_code="lyg-syjj",
        shown_as=_("Food and Drug Administration"),
    ),
)
