"""The application `posts`: manuscripts, editions, and all that readers and the desk see."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class PostsConfig(AppConfig):
    """Names the application and puts the database's guards back after every migrate."""

    name = "posts"
    verbose_name = "原稿"

    def ready(self) -> None:
        """Register the system checks and the guards."""
        from posts import checks  # noqa: F401
        from posts.models import guards

        pre_migrate.connect(guards.before_migrate, sender=self, dispatch_uid="posts.unguard")
        post_migrate.connect(guards.after_migrate, sender=self, dispatch_uid="posts.guards")
