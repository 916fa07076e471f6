"""Categories (a tree), tags (taggit, one tag for all its spellings) and series."""

from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from taggit.models import ItemBase, TagBase

from posts import text
from posts.models.names import Read, Typed
from posts.models.people import free_slug
from posts.models.removal import Shown
from posts.models.site import address
from posts.pages import SITE

KEY_LENGTH = 100


class Category(Shown):
    """A section of the paper; sections may have sections under them."""

    name = models.CharField("名前", max_length=50, unique=True)
    slug = models.SlugField("スラッグ", max_length=100, unique=True, allow_unicode=True)
    description = models.TextField("説明", blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="上のカテゴリー",
    )
    position = models.PositiveSmallIntegerField("並び順", default=0)
    disclosure = models.TextField(
        "注記", blank=True, help_text="免責やPR表記など、このカテゴリーの記事に添える文です。"
    )
    disclosure_from = models.DateField(
        "注記の開始日", null=True, blank=True, help_text="この日以降に公開した記事に添えます。"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )

    class Meta:
        verbose_name = verbose_name_plural = "カテゴリー"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the category's list."""
        return address("category", self.slug)

    def shown_as(self) -> set[str]:
        """Return the names under which pages show the sections of the paper: all do."""
        return {SITE}

    def clean(self) -> None:
        """Refuse a category as its own ancestor."""
        if self.pk and self.parent_id and self.parent_id in self.branch():
            raise ValidationError({"parent": "自分自身やその下のカテゴリーの下には置けません。"})

    def branch(self) -> list[int]:
        """Return the ids of this category and of all below it; one query, the tree is small."""
        children: dict[int | None, list[int]] = {}
        for pk, parent in Category.objects.values_list("pk", "parent_id"):
            children.setdefault(parent, []).append(pk)
        found, waiting = [], [self.pk]
        while waiting:
            pk = waiting.pop()
            found.append(pk)
            waiting += children.pop(pk, [])
        return found

    @classmethod
    def above(cls, pk: int | None) -> list[int]:
        """Return the ids of the category `pk` and of those above it; one query."""
        parents = dict(cls.objects.values_list("pk", "parent_id")) if pk else {}
        found: list[int] = []
        while pk and pk not in found:
            found.append(pk)
            pk = parents.get(pk)
        return found

    def disclosure_on(self, date: Any) -> str:
        """Return the disclosure that an article published on the JST day `date` carries."""
        holds = self.disclosure_from is None or date >= self.disclosure_from
        return self.disclosure if holds else ""

    @classmethod
    def named(cls, name: str) -> "Category":
        """Return the category called `name`, made when there is none."""
        name = text.clean(name)[0]
        found = cls.objects.filter(name=name).first()
        if found:
            return found.merged_into or found
        return cls.objects.create(name=name, slug=free_slug(cls, name))


def tag_key(name: str) -> str:
    """Return the identity of a tag called `name`: its folded form, as much as a key holds.

    Folding writes some characters out: ㍿ becomes four.
    """
    return text.fold(name)[:KEY_LENGTH]


class Tag(Shown, Read, TagBase):  # type: ignore[misc, django-manager-missing]
    """A keyword. `AI` and `ＡＩ` are one tag: `key` is the folded name, the identity."""

    slug: str
    key = models.CharField(max_length=KEY_LENGTH, unique=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )

    class Meta:
        verbose_name = verbose_name_plural = "タグ"
        ordering = ["reading_key", "name"]

    def get_absolute_url(self) -> str:
        """Return the address of the tag's list."""
        return address("tag", self.slug)

    def clean(self) -> None:
        """Refuse a name that is another tag's name or alias in another spelling."""
        key = tag_key(self.name)
        same = Tag.objects.filter(key=key).exclude(pk=self.pk).first()
        if same or TagAlias.objects.filter(key=key).exclude(tag=self.pk).exists():
            raise ValidationError({"name": f"同じタグ（{same or self.name}）がもうあります。"})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the key that belongs to the name, and a slug when there is none."""
        self.clean_texts()
        self.key = tag_key(self.name)
        self.slug = self.slug or free_slug(Tag, self.name)
        super().save(*args, **kwargs)

    @classmethod
    def named(cls, names: Iterable[str]) -> list["Tag"]:
        """Return the tags called `names`, in order, each once; those that lack are made.

        A spelling that folds to a tag's key or alias is that tag; a merged tag is the one
        it was merged into.
        """
        keys: dict[str, str] = {}
        for name in names:
            keys.setdefault(tag_key(name), name)  # the first spelling stays
        keys.pop("", None)
        known = {tag.key: tag for tag in cls.objects.filter(key__in=keys)}
        for alias in TagAlias.objects.filter(key__in=keys).select_related("tag"):
            known.setdefault(alias.key, alias.tag)
        tags = []
        for key, name in keys.items():
            tag = known.get(key)
            if tag is None:  # somebody else may be making it at this moment
                tag, _ = cls.objects.get_or_create(key=key, defaults={"name": name.strip()})
            tags.append(tag.merged_into or tag)
        return list(dict.fromkeys(tags))


class TagAlias(Typed):
    """Another word for a tag: 人工知能 for AI."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="aliases")
    name = models.CharField("別名", max_length=100)
    key = models.CharField(max_length=KEY_LENGTH, unique=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "別名"

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the key that belongs to the name."""
        self.clean_texts()
        self.key = tag_key(self.name)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse a word that is a tag or an alias already."""
        key = tag_key(self.name)
        taken = TagAlias.objects.filter(key=key).exclude(pk=self.pk).exists()
        if taken or Tag.objects.filter(key=key).exists():
            raise ValidationError({"name": "この言葉は、もうタグか別名になっています。"})


class Tagging(ItemBase):  # type: ignore[misc]
    """A tag on a manuscript. What readers see are the rows of `EditionTag`."""

    tag = models.ForeignKey(Tag, models.PROTECT, related_name="taggings")
    content_object = models.ForeignKey("posts.Post", models.CASCADE, related_name="taggings")

    class Meta:
        verbose_name = verbose_name_plural = "付けたタグ"
        constraints = [
            models.UniqueConstraint(fields=["content_object", "tag"], name="tagging_once"),
        ]

    def __str__(self) -> str:
        return str(self.tag)


class Series(Shown):
    """連載: articles that are read in order."""

    name = models.CharField("名前", max_length=100, unique=True)
    slug = models.SlugField("スラッグ", max_length=100, unique=True, allow_unicode=True)
    description = models.TextField("説明", blank=True)
    finished = models.BooleanField("完結", default=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )

    class Meta:
        verbose_name = verbose_name_plural = "連載"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the series' page."""
        return address("series", self.slug)

    def shown_as(self) -> set[str]:
        """Return the names under which pages show it, the index of all series too."""
        return super().shown_as() | {"index:series"}

    @classmethod
    def named(cls, name: str) -> Self:
        """Return the series called `name`, made when there is none."""
        name = text.clean(name)[0]
        found = cls.objects.filter(name=name).first()
        return found or cls.objects.create(name=name, slug=free_slug(cls, name))
