from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_sign_in"),
        ("catalogue", "0002_checks_of_sites"),
        ("records", "0006_whose_corrections"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="record",
            name="record_to_withdraw",
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["checked", "approved", "returned", "deferred"]),
                    ("publish_by__isnull", True),
                ),
                fields=["unit", "decision_date", "id"],
                name="record_without_deadline",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(
                    ("kind", "penalty"),
                    ("revoked_on__isnull", False),
                    ("state", "published"),
                ),
                fields=["unit", "revoked_on", "id"],
                name="record_revoked",
            ),
        ),
    ]
