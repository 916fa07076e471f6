"""Find the places of authors and tags anew: of those that code before 0004 wrote, and with ゝ."""

from django.db import migrations

from posts import text


def find_places(apps, schema_editor):
    for name in ("Author", "Tag"):
        rows = apps.get_model("posts", name).objects.all()
        for row in rows.iterator():
            row.reading_key = text.sort_key(row.yomi or row.name)
            row.save(update_fields=["reading_key"])


class Migration(migrations.Migration):
    dependencies = [("posts", "0005_edition_links")]

    operations = [migrations.RunPython(find_places, migrations.RunPython.noop, elidable=True)]
