"""Authors: the people and the desks whose names stand over an article."""

from django.conf import settings
from django.db import models

from posts import text
from posts.models.names import Read
from posts.models.removal import Shown
from posts.models.site import address


class Author(Shown, Read):
    """A person or an organisation that signs articles; a login is optional."""

    class Kind(models.TextChoices):
        """What search engines and readers are told the author is (schema.org types)."""

        PERSON = "person", "個人"
        ORGANISATION = "organisation", "組織・編集部"

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
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
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

    @classmethod
    def named(cls, name: str) -> "Author":
        """Return the author called `name`, made when there is none.

        A name that ends as desks' names do is taken for an organisation: search engines
        ask that 「○○編集部」 is not called a person.
        """
        name = text.clean(name)[0]
        found = cls.objects.filter(name=name).first()
        if found:
            return found.merged_into or found
        kind = cls.Kind.ORGANISATION if name.endswith(DESKS) else cls.Kind.PERSON
        return cls.objects.create(name=name, slug=free_slug(cls, name), kind=kind)


DESKS = ("編集部", "編集局", "編集室", "取材班", "研究所", "委員会", "新聞社", "出版", "株式会社")


def free_slug(model: type[models.Model], name: str) -> str:
    """Return a slug for `name` that no row of `model` has yet: its own, else with -2, -3…"""
    stem = text.slugify(name)[:90] or "x"
    taken = set(model._default_manager.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
