"""Facts and rules of the field, pure: no Django, no clock, no network."""
