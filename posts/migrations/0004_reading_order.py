"""Sort authors and tags by their readings, as a Japanese index does."""

from django.db import migrations, models

from posts import text


def find_places(apps, schema_editor):
    for name in ("Author", "Tag"):
        for row in apps.get_model("posts", name).objects.iterator():
            row.reading_key = text.sort_key(row.yomi or row.name)
            row.save(update_fields=["reading_key"])


def reading_key(model):
    return migrations.AddField(
        model_name=model,
        name="reading_key",
        field=models.BinaryField(db_default=b"", default=b"", editable=False),
    )


def yomi(model):
    return migrations.AlterField(
        model_name=model,
        name="yomi",
        field=models.CharField(
            blank=True,
            help_text="一覧をこの順に並べます。",
            max_length=200,
            verbose_name="よみがな",
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("posts", "0003_post_breaks")]

    operations = [
        migrations.AlterModelOptions(
            name="author",
            options={
                "ordering": ["reading_key", "name"],
                "verbose_name": "著者",
                "verbose_name_plural": "著者",
            },
        ),
        migrations.AlterModelOptions(
            name="tag",
            options={
                "ordering": ["reading_key", "name"],
                "verbose_name": "タグ",
                "verbose_name_plural": "タグ",
            },
        ),
        reading_key("author"),
        reading_key("tag"),
        yomi("author"),
        yomi("tag"),
        migrations.RunPython(find_places, migrations.RunPython.noop, elidable=True),
    ]
