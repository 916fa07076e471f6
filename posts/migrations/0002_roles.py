"""Make the three role groups; what they may do is the table in posts/models/moves.py."""

from django.db import migrations

NAMES = ["ライター", "編集者", "編集長"]


def make(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for name in NAMES:
        group.objects.using(schema_editor.connection.alias).get_or_create(name=name)


def leave(apps, schema_editor):
    """Keep the groups: people may be in them."""


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(make, leave)]
