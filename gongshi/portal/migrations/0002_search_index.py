"""Creates the search index, which each database keeps in its own way."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from gongshi.portal.search import index_of


def create_index(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the index of the database at hand, empty as the tables are."""
    for statement in index_of(editor.connection).statements():
        # None, not (): the statements hold percent signs and no parameters.
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_published_records")]

    operations = [migrations.RunPython(create_index, migrations.RunPython.noop)]
