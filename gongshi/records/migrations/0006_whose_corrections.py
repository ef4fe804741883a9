import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_sign_in"),
        ("records", "0005_order_of_what_is_held"),
    ]

    operations = [
        migrations.AddField(
            model_name="proposedcorrection",
            name="record_unit",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.unit",
            ),
        ),
        migrations.RunSQL(
            """
            UPDATE records_proposedcorrection SET record_unit_id = (
                SELECT r.unit_id FROM records_record r
                WHERE r.id = records_proposedcorrection.record_id)
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="proposedcorrection",
            name="record_unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.unit",
            ),
        ),
        migrations.RemoveIndex(
            model_name="proposedcorrection",
            name="correction_open_of_unit",
        ),
        migrations.AddIndex(
            model_name="proposedcorrection",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["record_unit", "received_at", "id"],
                name="correction_open_to_decide",
            ),
        ),
    ]
