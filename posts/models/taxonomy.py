"""Categories (a tree), tags (taggit, one tag for all its spellings) and series."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import Max, QuerySet
from taggit.models import ItemBase, TagBase

from posts import text
from posts.models.beat import Beat
from posts.models.edition import Edition, EditionTag, Interval
from posts.models.event import Event
from posts.models.mergeable import Mergeable, free_slug, repoint
from posts.models.moves import Refused, beat_of, may
from posts.models.names import Read, Typed
from posts.models.removal import remove
from posts.models.site import address, is_colour
from posts.pages import SITE, Removed

KEY_LENGTH = 100


class Category(Mergeable):
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
    accent = models.CharField(
        "差し色",
        max_length=7,
        blank=True,
        validators=[is_colour],
        help_text="空なら、上のカテゴリーかサイトの色です。",
    )
    disclosure = models.TextField(
        "注記", blank=True, help_text="免責やPR表記など、このカテゴリーの記事に添える文です。"
    )
    disclosure_from = models.DateField(
        "注記の開始日", null=True, blank=True, help_text="この日以降に公開した記事に添えます。"
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
        """Refuse a category as its own ancestor, and one under a category that was merged."""
        super().clean()
        if connection.in_atomic_block:  # two moves at once must not make a circle
            Category.lock_tree()
        if self.pk and self.parent_id and self.parent_id in self.branch():
            raise ValidationError({"parent": "自分自身やその下のカテゴリーの下には置けません。"})
        if self.parent and self.parent.merged_into:
            into = self.parent.merged_into
            raise ValidationError({"parent": f"「{into}」に統合されています。そちらの下にどうぞ。"})

    @classmethod
    def lock_tree(cls) -> None:
        """Let nobody else move a category until this transaction ends."""
        list(cls.objects.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))

    @classmethod
    def users(cls) -> list[tuple[type[models.Model], str]]:
        """Beats keep it too: an editor without any would answer for the whole paper."""
        return [*super().users(), (Beat, "category")]

    def posts_under(self) -> QuerySet[Any]:
        """Return the manuscripts in this very category."""
        return self.posts.all()

    def listed(self) -> Interval:
        """Return the articles in its list: those of the categories below it too."""
        return Edition.objects.filter(category__in=self.branch(), kind="article")

    def beside(self) -> QuerySet["Category"]:
        """Return the categories under the same one, itself too, in their order."""
        return Category.objects.filter(parent=self.parent_id, merged_into=None)

    def shift(self, step: int, by: Any) -> None:
        """Move it up (-1) or down (1) among those beside it. Raises Refused."""
        with self._arranging(by):
            row = list(self.beside())
            place = row.index(self)
            if not 0 <= place + step < len(row):
                raise Refused(f"「{self}」は、もういちばん{'上' if step < 0 else '下'}です。")
            row.insert(place + step, row.pop(place))
            for position, one in enumerate(row, 1):
                Category.objects.filter(pk=one.pk).update(position=position)
            self._arranged(by, "上へ" if step < 0 else "下へ")

    def put_under(self, parent: "Category | None", by: Any) -> None:
        """Move it, with all below it, to the end of those under `parent`. Raises Refused.

        The tree says who answers for what: whoever answers for a part of it only lets it be.
        """
        with self._arranging(by):
            if beat_of(by) is not None:
                raise Refused("担当のカテゴリーが決まっている人は、カテゴリーを移せません。")
            if parent and parent.pk in self.branch():
                raise Refused(f"「{self}」は、自分自身やその下のカテゴリーの下には置けません。")
            if parent and (into := Category.objects.get(pk=parent.pk).merged_into):
                raise Refused(f"「{parent}」は「{into}」に統合されています。")
            self.parent = parent
            last = self.beside().exclude(pk=self.pk).aggregate(last=Max("position"))["last"]
            self.position = (last or 0) + 1
            self.save(update_fields=["parent", "position"])
            self._arranged(by, f"「{parent}」の下へ" if parent else "いちばん上の段へ")

    @contextmanager
    def _arranging(self, by: Any) -> Iterator[None]:
        if by is not None and not may(by, "classify"):
            raise Refused("カテゴリーを並べ替える権限がありません。")
        with transaction.atomic():
            Category.lock_tree()
            self.refresh_from_db()
            if self.merged_into:
                raise Refused(f"「{self}」は「{self.merged_into}」に統合されています。")
            yield

    def _arranged(self, by: Any, note: str) -> None:
        remove(Removed({SITE}))
        Event.record("reorder", by=by, title=self.name, note=note)

    def refuse_merge(self, target: Self) -> None:
        """Raise Refused when it cannot be merged into `target`: not into what lies below it."""
        super().refuse_merge(target)
        if target.pk in self.branch():
            raise Refused(
                f"「{self}」を、その下にある「{target}」へは統合できません。"
                f"先に「{target}」を外へ移してください。"
            )

    def _lock(self, target: Self) -> None:
        super()._lock(target)
        Category.lock_tree()

    def _hand_over(self, target: Self) -> dict[str, int]:
        """Give its articles, the categories below it, beats and checks to `target`."""
        self.children.update(parent=target)
        repoint(self.beats.model, "category", self, target, "user")
        repoint(self.check_rules.model, "category", self, target, "check_name")
        return {
            "posts": self.posts.update(category=target),
            "editions": self.editions.update(category=target),
        }

    def _as_merged(self, target: Self) -> dict[str, Any]:
        return super()._as_merged(target) | {"parent": None}

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
        if found := cls.objects.filter(name=name).first():
            return found.current
        return cls.objects.create(name=name, slug=free_slug(cls, name))


def tag_key(name: str) -> str:
    """Return the identity of a tag called `name`: its folded form, as much as a key holds.

    Folding writes some characters out: ㍿ becomes four.
    """
    return text.fold(name)[:KEY_LENGTH]


class Tag(Mergeable, Read, TagBase):  # type: ignore[misc, django-manager-missing]
    """A keyword. `AI` and `ＡＩ` are one tag: `key` is the folded name, the identity."""

    key = models.CharField(max_length=KEY_LENGTH, unique=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "タグ"
        ordering = ["reading_key", "name"]

    def get_absolute_url(self) -> str:
        """Return the address of the tag's list."""
        return address("tag", self.slug)

    def clean(self) -> None:
        """Refuse a name that is another tag's name or alias in another spelling."""
        super().clean()
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

    def posts_under(self) -> QuerySet[Any]:
        """Return the manuscripts with the tag."""
        posts: Any = Tagging._meta.get_field("content_object").related_model
        found: QuerySet[Any] = posts.objects.filter(pk__in=self.taggings.values("content_object"))
        return found

    def listed(self) -> Interval:
        """Return the rows that put articles into the tag's list."""
        return self.edition_rows.all()

    def _hand_over(self, target: Self) -> dict[str, int]:
        """Give its articles and its other names to `target`, its own name among them."""
        self.aliases.update(tag=target)
        TagAlias.objects.get_or_create(key=self.key, defaults={"tag": target, "name": self.name})
        return {
            "posts": repoint(Tagging, "tag", self, target, "content_object", order="pk"),
            "editions": repoint(EditionTag, "tag", self, target, "edition", order="position"),
        }

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
            tags.append(tag.current)
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
        if taken or Tag.objects.filter(key=key, merged_into=None).exists():
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


class Series(Mergeable):
    """連載: articles that are read in order."""

    name = models.CharField("名前", max_length=100, unique=True)
    slug = models.SlugField("スラッグ", max_length=100, unique=True, allow_unicode=True)
    description = models.TextField("説明", blank=True)
    finished = models.BooleanField("完結", default=False)

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

    def posts_under(self) -> QuerySet[Any]:
        """Return the manuscripts of the series."""
        return self.posts.all()

    def listed(self) -> Interval:
        """Return the parts that readers may see."""
        return self.editions.filter(kind="article")

    def _hand_over(self, target: Self) -> dict[str, int]:
        """Give its parts to `target`. Their numbers stay: readers and links know them."""
        return {
            "posts": self.posts.update(series=target),
            "editions": self.editions.update(series=target),
        }

    @classmethod
    def named(cls, name: str) -> "Series":
        """Return the series called `name`, made when there is none."""
        name = text.clean(name)[0]
        if found := cls.objects.filter(name=name).first():
            return found.current
        return cls.objects.create(name=name, slug=free_slug(cls, name))
