"""Counts, for batches that wait for review, the warnings that nobody has explained."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def count(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Set the number on every checked batch that has such warnings."""
    batches = apps.get_model("intake", "Batch").objects.using(editor.connection.alias)
    confirmations = apps.get_model("validation", "Confirmation").objects.using(
        editor.connection.alias
    )
    for batch in batches.filter(state="checked").exclude(to_confirm={}).iterator():
        given = confirmations.filter(batch=batch, code__in=list(batch.to_confirm))
        batch.unexplained = len(batch.to_confirm) - given.count()
        batch.save(update_fields=["unexplained"])


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0008_reasons_to_give"),
        ("validation", "0003_imports_of_power_lists"),
    ]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
