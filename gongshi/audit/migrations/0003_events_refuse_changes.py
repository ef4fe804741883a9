from django.db import migrations

from gongshi.audit.guards import guard


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_changes_reason_and_indexes")]

    operations = [guard("audit_event")]
