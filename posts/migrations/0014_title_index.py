from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('posts', '0013_person'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TitlePair',
            fields=[
                ('pk', models.CompositePrimaryKey('token', 'post', blank=True, editable=False, primary_key=True, serialize=False)),
                ('token', models.BigIntegerField()),
                ('post', models.ForeignKey(on_delete=models.deletion.CASCADE, related_name='title_pairs', to='posts.post')),
            ],
            options={
                'verbose_name': '題の索引',
                'verbose_name_plural': '題の索引',
            },
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(models.F('created_by'), models.OrderBy(models.F('edited_at'), descending=True), name='post_of_person'),
        ),
    ]
