"""Let a manuscript keep its newlines as they are typed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0002_roles")]

    operations = [
        migrations.AddField(
            model_name="post",
            name="breaks",
            field=models.BooleanField(
                verbose_name="改行をそのまま",
                default=False,
                db_default=False,
                help_text=(
                    "note・Zenn・Qiita の原稿のように、改行したところで行を変えます。"
                    "選ばなければ、段落は空行で分け、段落の中の改行はつなげて表示します。"
                ),
            ),
        ),
    ]
