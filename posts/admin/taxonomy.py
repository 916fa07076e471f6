"""Authors, categories, tags and series on the desk."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from taggit.models import Tag as UnusedTag

from posts.admin.rights import RightAdmin
from posts.models import Author, Category, Series, Tag, TagAlias, may, tag_key

admin.site.unregister(UnusedTag)


@admin.register(Author)
class AuthorAdmin(RightAdmin):
    """People and desks that sign."""

    right = "sign"
    list_display = ["name", "yomi", "kind", "title", "user"]
    list_filter = ["kind"]
    list_select_related = ["user"]
    search_fields = ["name", "yomi", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["portrait"]
    raw_id_fields = ["user"]
    fields = ["name", "yomi", "slug", "kind", "title", "bio", "portrait", "user"]


@admin.register(Category)
class CategoryAdmin(RightAdmin):
    """The sections of the paper."""

    right = "classify"
    list_display = ["name", "parent", "position", "slug"]
    list_select_related = ["parent"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["parent"]
    fields = [
        *("name", "slug", "parent", "position", "description"),
        *("disclosure", "disclosure_from"),
    ]


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
        return may(request.user, "classify")

    has_view_permission = has_add_permission = _permitted
    has_change_permission = has_delete_permission = _permitted


@admin.register(Tag)
class TagAdmin(RightAdmin):
    """Keywords and their other spellings."""

    right = "classify"
    list_display = ["name", "yomi", "slug"]
    search_fields = ["name", "yomi", "slug", "aliases__name"]
    fields = ["name", "yomi", "slug"]
    inlines = [AliasInline]


@admin.register(Series)
class SeriesAdmin(RightAdmin):
    """連載."""

    right = "classify"
    list_display = ["name", "slug", "finished"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "description", "finished"]
