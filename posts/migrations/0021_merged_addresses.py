from django.db import migrations

FOLDERS = {"Author": "authors", "Category": "categories", "Series": "series", "Tag": "tags"}


def lead_on(apps, schema_editor):
    """Keep the addresses of what was merged before: whether readers knew them is not stored."""
    redirects = apps.get_model("posts", "Redirect")._default_manager
    for name, folder in FOLDERS.items():
        rows = apps.get_model("posts", name)._default_manager.exclude(merged_into=None)
        for slug, target in rows.values_list("slug", "merged_into"):
            goal = {f"{name.lower()}_id": target}
            redirects.get_or_create(path=f"/{folder}/{slug}/", defaults=goal)


class Migration(migrations.Migration):
    dependencies = [("posts", "0020_event_of_post")]

    operations = [migrations.RunPython(lead_on, migrations.RunPython.noop)]
