from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_sign_in"),
        ("intake", "0008_reasons_to_give"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="batch",
            name="batch_to_review",
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(
                condition=models.Q(("state", "checked"), ("waiting__gt", 0)),
                fields=["unit", "publish_by", "id"],
                name="batch_to_review",
            ),
        ),
    ]
