from django.db import migrations

from gongshi.audit.guards import guard


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_events_refuse_changes"),
        ("publication", "0002_feed_vocabulary"),
    ]

    operations = [guard("publication_change")]
