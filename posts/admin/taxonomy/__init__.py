"""Authors, categories, tags and series on the desk: named, ordered, merged, cleared away."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from taggit.models import Tag as UnusedTag

from posts.models import (
    Author,
    Byline,
    Category,
    Edition,
    EditionByline,
    EditionTag,
    Post,
    Series,
    Tag,
    TagAlias,
    Tagging,
    may,
    tag_key,
)

from .merging import Merging
from .ordering import Ordering

admin.site.unregister(UnusedTag)


@admin.register(Author)
class AuthorAdmin(Merging):
    """People and desks that sign."""

    right = "sign"
    list_display = ["name", "yomi", "kind", "title", "user", *Merging.USES]
    list_filter = [*Merging.list_filter, "kind"]
    list_select_related = ["user", "merged_into"]
    search_fields = ["name", "yomi", "slug"]
    search_help_text = "名前・よみがな・スラッグで探します。"
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["portrait"]
    raw_id_fields = ["user"]
    fields = ["name", "yomi", "slug", "kind", "title", "bio", "portrait", "user"]

    def rows_of_use(self) -> tuple[QuerySet[Any], QuerySet[Any]]:
        """Return the manuscripts and the public articles that an author signs."""
        signed = EditionByline.objects.public().filter(author=OuterRef("pk"))
        posts = Byline.objects.filter(author=OuterRef("pk")).values("post").distinct()
        return posts, signed.values("edition").distinct()


@admin.register(Category)
class CategoryAdmin(Ordering, Merging):
    """The sections of the paper."""

    list_display = ["name", "parent", "slug", *Merging.USES]
    list_select_related = ["parent", "merged_into"]
    search_fields = ["name", "slug"]
    search_help_text = "名前・スラッグで探します。"
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["parent"]
    fields = [
        *("name", "slug", "parent", "position", "description"),
        *("disclosure", "disclosure_from"),
    ]

    def rows_of_use(self) -> tuple[QuerySet[Any], QuerySet[Any]]:
        """Return the manuscripts and the public articles in a category itself."""
        articles = Edition.objects.public().filter(category=OuterRef("pk"), kind="article")
        return Post.objects.filter(category=OuterRef("pk")).values("pk"), articles.values("pk")


class AliasFormSet(BaseInlineFormSet):
    """Other words for one tag."""

    def clean(self) -> None:
        """Refuse two spellings of one word: each form alone cannot see the other."""
        super().clean()
        kept = [
            form.cleaned_data["name"]
            for form in self.forms
            if form.cleaned_data.get("name") and not form.cleaned_data.get("DELETE")
        ]
        if len({tag_key(name) for name in kept}) < len(kept):
            raise ValidationError("同じ別名が二つあります。片方を消してください。")


class AliasInline(admin.TabularInline):
    """Other words for the tag."""

    model = TagAlias
    formset = AliasFormSet
    extra = 1
    fields = ["name"]

    def _permitted(self, request: Any, obj: Any = None) -> bool:
        merged = isinstance(obj, Tag) and obj.merged_into_id
        return may(request.user, "classify") and not merged

    has_view_permission = has_add_permission = _permitted
    has_change_permission = has_delete_permission = _permitted


@admin.register(Tag)
class TagAdmin(Merging):
    """Keywords and their other spellings."""

    list_display = ["name", "yomi", "slug", *Merging.USES]
    search_fields = ["name", "yomi", "slug", "aliases__name"]
    search_help_text = "名前・よみがな・別名・スラッグで探します。"
    fields = ["name", "yomi", "slug"]
    inlines = [AliasInline]

    def rows_of_use(self) -> tuple[QuerySet[Any], QuerySet[Any]]:
        """Return the manuscripts and the public articles with a tag."""
        articles = EditionTag.objects.public().filter(tag=OuterRef("pk"))
        return Tagging.objects.filter(tag=OuterRef("pk")).values("pk"), articles.values("pk")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Find a tag by any spelling of its name or of its aliases: ＡＩ finds AI."""
        found, twice = super().get_search_results(request, queryset, search_term)
        if key := tag_key(search_term.replace("\0", "")):
            aliases = TagAlias.objects.filter(tag=OuterRef("pk"), key__contains=key)
            spelt = queryset.filter(Q(key__contains=key) | Exists(aliases))
            return queryset.filter(
                Q(pk__in=found.values("pk")) | Q(pk__in=spelt.values("pk"))
            ), False
        return found, twice


@admin.register(Series)
class SeriesAdmin(Merging):
    """連載."""

    list_display = ["name", "slug", "finished", *Merging.USES]
    search_fields = ["name", "slug"]
    search_help_text = "名前・スラッグで探します。"
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "description", "finished"]

    def rows_of_use(self) -> tuple[QuerySet[Any], QuerySet[Any]]:
        """Return the manuscripts and the public parts of a series."""
        parts = Edition.objects.public().filter(series=OuterRef("pk"), kind="article")
        return Post.objects.filter(series=OuterRef("pk")).values("pk"), parts.values("pk")
