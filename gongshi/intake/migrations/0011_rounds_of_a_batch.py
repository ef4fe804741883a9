import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_sign_in"),
        ("intake", "0010_reasons_of_what_is_held"),
    ]

    operations = [
        migrations.AlterField(
            model_name="batch",
            name="continues",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rounds",
                to="intake.batch",
            ),
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(
                condition=models.Q(("continues__isnull", False)),
                fields=["continues", "received_at", "id"],
                name="batch_round_of",
            ),
        ),
    ]
