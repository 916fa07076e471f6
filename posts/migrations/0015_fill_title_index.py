"""Index the titles that are there."""

from itertools import batched

from django.db import migrations

from posts import text

BATCH = 1_000


def fill(apps, schema_editor):
    pair, posts = apps.get_model("posts", "TitlePair"), apps.get_model("posts", "Post")
    titles = posts.objects.order_by("pk").values_list("pk", "title")
    for batch in batched(titles.iterator(chunk_size=BATCH), BATCH, strict=False):
        pair.objects.bulk_create(
            pair(token=token, post_id=pk) for pk, title in batch for token in text.pairs(title)
        )


def empty(apps, schema_editor):
    apps.get_model("posts", "TitlePair").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("posts", "0014_title_index")]

    operations = [migrations.RunPython(fill, empty, elidable=True)]
