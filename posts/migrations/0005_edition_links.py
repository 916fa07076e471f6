"""Keep which articles an edition's body names."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0004_reading_order")]

    operations = [
        migrations.CreateModel(
            name="EditionLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.CharField(max_length=200)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="link_rows",
                        to="posts.edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "版のリンク",
                "verbose_name_plural": "版のリンク",
                "constraints": [
                    models.UniqueConstraint(fields=("slug", "edition"), name="edition_link_once")
                ],
            },
        ),
    ]
