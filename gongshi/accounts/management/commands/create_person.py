"""`gongshi create_person`: an account and its one-time password, from the console."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from gongshi.accounts.actions import CannotCreatePerson, create_person, give_role
from gongshi.accounts.models import Role, Unit, User
from gongshi.accounts.people.forms import LONGEST_NAME, LONGEST_USERNAME
from gongshi.accounts.sign_in.factors import take_factors_away
from gongshi.accounts.sign_in.passwords import ONE_TIME_HOLDS, give_one_time_password
from gongshi.audit.actors import Actor

_OPERATOR = Actor(username="operator")


class Command(BaseCommand):
    """Creates a person with a role; the first administrator of an installation."""

    help = (
        "Create a person and print a one-time password, once. With --again, give a new"
        " one-time password to somebody who is there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take who it is, where and as what."""
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="the person's name")
        parser.add_argument("--unit", help="code of the unit, such as lyg-hbj")
        parser.add_argument(
            "--role", choices=Role.values, default=Role.SYSTEM_ADMIN.value
        )
        parser.add_argument(
            "--again", action="store_true", help="only give a new one-time password"
        )
        parser.add_argument(
            "--without-factors",
            action="store_true",
            help="with --again: also take away second factors that were lost",
        )

    @transaction.atomic
    def handle(self, *arguments: object, **options: object) -> None:
        """Create the person, or find them, and print the password."""
        username = str(options["username"])
        user = _found(username) if options["again"] else _created(username, options)
        if options["without_factors"]:
            take_factors_away(user, by=_OPERATOR, at=timezone.now())
        password = give_one_time_password(user, by=_OPERATOR, at=timezone.now())
        self.stdout.write(
            f"{username}\n"
            f"一次性密码 one-time password: {password}\n"
            f"{ONE_TIME_HOLDS.days} 日内首次登录时须修改；此处只显示一次。"
            f" To be changed at the first sign-in within {ONE_TIME_HOLDS.days} days;"
            " it is shown only here."
        )


def _found(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is nobody with the user name {username}.")
    return user


def _created(username: str, options: dict[str, object]) -> User:
    name = str(options["name"])
    _require_fit(username, name)
    unit = _unit(options["unit"])
    try:
        user = create_person(
            username,
            name=name,
            unit=unit,
            by=_OPERATOR,
            at=timezone.now(),
        )
    except CannotCreatePerson as error:
        raise CommandError(
            f"The user name {username} is taken. Choose another one, or give a new"
            " password with --again."
        ) from error
    role = Role(str(options["role"]))
    give_role(user, role=role, unit=unit, by=_OPERATOR, at=timezone.now())
    return user


def _require_fit(username: str, name: str) -> None:
    try:
        User.username_validator(username)
    except ValidationError as error:
        raise CommandError(
            "A user name has letters, digits and @ . + - _ only, such as li.wei."
        ) from error
    if len(username) > LONGEST_USERNAME:
        raise CommandError(
            f"A user name has at most {LONGEST_USERNAME} characters, such as li.wei."
        )
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise CommandError(
            f"A person's name has at most {LONGEST_NAME} characters, all to be seen."
            " Correct --name."
        )


def _unit(code: object) -> Unit:
    unit = Unit.objects.filter(code=code).first() if code else None
    if unit is not None:
        return unit
    top = ", ".join(
        Unit.objects.filter(superior=None)
        .order_by("code")
        .values_list("code", flat=True)
    )
    if not top:
        raise CommandError("There is no unit yet. Run 'gongshi load_city' first.")
    raise CommandError(
        f"Name the unit by its code with --unit. At the top there are: {top}."
    )
