"""The sign-in form, with the names of its fields that browsers have remembered."""

from allauth.account.forms import LoginForm


class SignInForm(LoginForm):
    """Asks for name and password; what is checked stands in the adapter."""

    def add_prefix(self, field_name: str) -> str:
        """Call the name `username` in the page."""
        return "username" if field_name == "login" else super().add_prefix(field_name)
