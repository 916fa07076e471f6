"""Keep side effects as rows that the worker carries out."""

import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0006_fill_reading_keys")]

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=30, verbose_name="種類")),
                ("key", models.CharField(max_length=200, unique=True, verbose_name="鍵")),
                (
                    "payload",
                    models.JSONField(
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="内容",
                    ),
                ),
                ("due_at", models.DateTimeField(verbose_name="予定")),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(default=0, verbose_name="試した回数"),
                ),
                ("leased_until", models.DateTimeField(null=True, verbose_name="作業中")),
                ("last_error", models.TextField(blank=True, verbose_name="最後のエラー")),
                ("done_at", models.DateTimeField(null=True, verbose_name="完了")),
                ("dead", models.BooleanField(default=False, verbose_name="あきらめた")),
                (
                    "post",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="posts.post",
                        verbose_name="原稿",
                    ),
                ),
            ],
            options={
                "verbose_name": "届かなかった配信",
                "verbose_name_plural": "届かなかった配信",
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["due_at"],
                        name="delivery_open",
                    ),
                    models.Index(fields=["done_at"], name="delivery_done"),
                ],
            },
        ),
    ]
