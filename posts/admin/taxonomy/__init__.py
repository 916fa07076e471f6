"""Authors, categories, tags and series on the desk: named, ordered, merged, cleared away."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
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
    beat_of,
    may,
    name_of,
    tag_key,
)

from .merging import Merging
from .ordering import Ordering

admin.site.unregister(UnusedTag)


class PersonField(forms.ModelChoiceField):
    """Somebody who can log in, by name."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the name, as everywhere on the desk."""
        return name_of(obj)


class AuthorForm(forms.ModelForm):
    """An author; the login is that of a person who has no other author."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "user" in self.fields:  # not there for those who manage no people
            field: Any = self.fields["user"]
            free = Q(is_active=True, author=None) | Q(pk=self.instance.user_id)
            people = User.objects.filter(free)
            field.queryset = people.order_by("last_name", "first_name", "username")


@admin.register(Author)
class AuthorAdmin(Merging):
    """People and desks that sign.

    The login makes the author's manuscripts somebody's own: only who manages people sees it.
    """

    right = "sign"
    form = AuthorForm
    logged = Merging.logged | {"user"}
    list_display = ["name", "yomi", "kind", "title", "login", *Merging.USES]
    list_filter = [*Merging.list_filter, "kind"]
    list_select_related = ["user", "merged_into"]
    search_fields = ["name", "yomi", "slug"]
    search_help_text = "名前・よみがな・スラッグで探します。"
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["portrait"]
    fields = ["name", "yomi", "slug", "kind", "title", "bio", "portrait", "user"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave the login to those who manage people."""
        return for_managers("user", super().get_fields(request, obj), request)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Show logins to those who manage people."""
        return for_managers("login", super().get_list_display(request), request)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer people by name."""
        if db_field.name == "user":
            kwargs["form_class"] = PersonField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description="ログイン")
    def login(self, obj: Author) -> str:
        """Return who logs in as the author."""
        return name_of(obj.user) if obj.user else ""

    def save_model(self, request: Any, obj: Any, form: Any, change: Any) -> None:
        """Save, and log a login that a new author has from the start."""
        super().save_model(request, obj, form, change)
        if obj.user_id and not change:
            self.log_fields(request, obj, form, ["user"])

    def said(self, name: str, before: Any, after: Any) -> str:
        """Say who had the login and who has it now."""
        label = super().said(name, before, after)
        if name != "user":
            return label
        people = User.objects.in_bulk([pk for pk in (before, after) if pk])
        old, new = (name_of(people[pk]) if pk in people else "なし" for pk in (before, after))
        return f"{label}（{old} → {new}）"

    def rows_of_use(self) -> tuple[QuerySet[Any], QuerySet[Any]]:
        """Return the manuscripts and the public articles that an author signs."""
        signed = EditionByline.objects.public().filter(author=OuterRef("pk"))
        posts = Byline.objects.filter(author=OuterRef("pk")).values("post").distinct()
        return posts, signed.values("edition").distinct()


def for_managers(name: str, columns: Any, request: HttpRequest) -> list[Any]:
    """Return `columns`, without the one called `name` for those who manage no people."""
    kept = may(request.user, "settle")
    return [one for one in columns if kept or one != name]


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

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Let nobody move categories into the own beat."""
        fixed = super().get_readonly_fields(request, obj)
        return fixed if beat_of(request.user) is None else [*fixed, "parent"]

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
