"""Sends the portal's tables to the public store and all others to the registry."""

from django.db.models import Model

_PORTAL = "portal"


class TwoStores:
    """The registry (`default`) and the public store (`portal`) share no table."""

    def db_for_read(self, model: type[Model], **hints: object) -> str:
        """Return the store that holds the model."""
        return _PORTAL if model._meta.app_label == _PORTAL else "default"

    def db_for_write(self, model: type[Model], **hints: object) -> str:
        """Return the store that holds the model."""
        return self.db_for_read(model)

    def allow_relation(self, first: Model, second: Model, **hints: object) -> bool:
        """Allow relations within one store only."""
        # The class that it stands for: who asks is often a lazy object.
        return self.db_for_read(first.__class__) == self.db_for_read(second.__class__)

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        """Create each table in its own store only."""
        return (db == _PORTAL) == (app_label == _PORTAL)
