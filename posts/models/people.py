"""Authors: the people and the desks whose names stand over an article."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import QuerySet

from posts import text
from posts.models.byline import Byline
from posts.models.edition import EditionByline, Interval
from posts.models.mergeable import Mergeable, free_slug, repoint
from posts.models.names import Read
from posts.models.site import address


class Author(Mergeable, Read):
    """A person or an organisation that signs articles; a login is optional."""

    class Kind(models.TextChoices):
        """What search engines and readers are told the author is (schema.org types)."""

        PERSON = "person", "個人"
        ORGANISATION = "organisation", "組織・編集部"

    right = "sign"

    name = models.CharField("表示名", max_length=100, unique=True)
    slug = models.SlugField("スラッグ", max_length=100, unique=True, allow_unicode=True)
    kind = models.CharField("種別", max_length=20, choices=Kind, default=Kind.PERSON)
    title = models.CharField("肩書き", max_length=100, blank=True)
    bio = models.TextField("紹介文", blank=True)
    portrait = models.ForeignKey(
        "posts.Media", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="写真"
    )
    links = models.JSONField("リンク", default=list, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        verbose_name="ログイン",
        help_text="このログインの人は、この著者が署名する原稿を自分の原稿として扱えます。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "著者"
        ordering = ["reading_key", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the author's page."""
        return address("author", self.slug)

    def shown_as(self) -> set[str]:
        """Return the names under which pages show it, the index of all authors too."""
        return super().shown_as() | {"index:author"}

    def posts_under(self) -> QuerySet[Any]:
        """Return the manuscripts that the author signs, each once."""
        posts: Any = Byline._meta.get_field("post").related_model
        found: QuerySet[Any] = posts.objects.filter(pk__in=self.bylines.values("post"))
        return found

    def listed(self) -> Interval:
        """Return the rows that put articles into the author's list."""
        return self.edition_rows.all()

    def _hand_over(self, target: Self) -> dict[str, int]:
        """Give signatures and login to `target`; the login of `target` comes first."""
        user = self.user_id
        if user:
            Author.objects.filter(pk=self.pk).update(user=None)
        if user and not target.user_id:
            Author.objects.filter(pk=target.pk).update(user=user)
        return {
            "posts": repoint(Byline, "author", self, target, "post", "role", order="position"),
            "editions": repoint(
                EditionByline, "author", self, target, "edition", "role", order="position"
            ),
        }

    @classmethod
    def named(cls, name: str) -> "Author":
        """Return the author called `name`, made when there is none.

        A name that ends as desks' names do is taken for an organisation: search engines
        ask that 「○○編集部」 is not called a person.
        """
        name = text.clean(name)[0]
        if found := cls.objects.filter(name=name).first():
            return found.current
        kind = cls.Kind.ORGANISATION if name.endswith(DESKS) else cls.Kind.PERSON
        return cls.objects.create(name=name, slug=free_slug(cls, name), kind=kind)


DESKS = ("編集部", "編集局", "編集室", "取材班", "研究所", "委員会", "新聞社", "出版", "株式会社")
