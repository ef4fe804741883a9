from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_sign_in"),
        ("intake", "0009_first_due"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="batch",
            name="batch_to_explain",
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(
                condition=models.Q(("state", "checked"), ("unexplained__gt", 0)),
                fields=["unit", "publish_by"],
                name="batch_with_reasons_due",
            ),
        ),
    ]
