"""人: who can log in, as what, and since when; changes of roles, mail addresses and logins."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group, User
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.views.decorators.debug import sensitive_post_parameters

from posts.admin.people.forms import Confirmed, MailForm, RoleForm
from posts.admin.rights import RightAdmin
from posts.models import ADMINISTRATOR, GROUPS, Event, Person, Refused, Session, may
from posts.templatetags.desk import moment

# Roles are groups, and people are changed by the verbs of Person.
admin.site.unregister([User, Group])


class RoleFilter(admin.SimpleListFilter):
    """As what."""

    title = "役割"
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the roles."""
        names = [ADMINISTRATOR, *(str(role) for role in reversed(GROUPS))]
        return [*((name, name) for name in names), ("none", "なし")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Person]) -> QuerySet[Person]:
        """Return those who have it."""
        wanted = self.value()
        if wanted == ADMINISTRATOR:
            return queryset.filter(is_superuser=True)
        if wanted == "none":
            some = Q(groups__name__in=GROUPS) | Q(is_superuser=True)
            return queryset.exclude(pk__in=Person.objects.filter(some).values("pk"))
        return queryset.filter(groups__name=wanted) if wanted else queryset


class StandingFilter(admin.SimpleListFilter):
    """Who can log in; those who cannot are asked for."""

    title = "ログイン"
    parameter_name = "stopped"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the choice beside all."""
        return [("no", "できる人"), ("yes", "止めた人")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Person]) -> QuerySet[Person]:
        """Return those who can, or those who cannot."""
        active = {"no": True, "yes": False}.get(self.value() or "")
        return queryset if active is None else queryset.filter(is_active=active)


@dataclass(frozen=True)
class Change:
    """What can be changed about a person: its form, what it does, and what is said then."""

    label: str
    form: Callable[[HttpRequest, Person, Any], forms.Form]
    make: Callable[[Person, dict[str, Any], Any], Any]
    said: str


def role_form(request: HttpRequest, person: Person, data: Any) -> forms.Form:
    """Return the form of role and beats, as they are."""
    initial = {"role": person.role, "beats": [beat.category_id for beat in person.beats.all()]}
    return RoleForm(request, data, initial=initial)


def change_role(person: Person, said: dict[str, Any], by: Any) -> None:
    """Give the role and the beats."""
    person.give(said["role"], by=by)
    person.answer_for(said.get("beats", ()), by=by)


CHANGES = {
    "role": Change("役割と担当を変える", role_form, change_role, "役割と担当を変えました。"),
    "mail": Change(
        "メールアドレスを変える",
        lambda request, person, data: MailForm(request, data, initial={"email": person.email}),
        lambda person, said, by: person.move_mail(said["email"], by=by),
        "メールアドレスを変えました。前のアドレスにも知らせます。",
    ),
    "sessions": Change(
        "端末をログアウトさせる",
        lambda request, person, data: forms.Form(data),
        lambda person, said, by: person.log_out(by),
        "すべての端末をログアウトさせました。",
    ),
    "stop": Change(
        "ログインを止める",
        lambda request, person, data: Confirmed(request, data),
        lambda person, said, by: person.deactivate(by),
        "ログインを止めました。",
    ),
    "resume": Change(
        "ログインを再開する",
        lambda request, person, data: Confirmed(request, data),
        lambda person, said, by: person.reactivate(by),
        "ログインを再開しました。",
    ),
}


@admin.register(Person)
class PersonAdmin(RightAdmin):
    """The people of the desk."""

    list_display = ["who", "role_name", "beat_names", "last_seen", "standing"]
    list_filter = [RoleFilter, StandingFilter]
    search_fields = ["last_name", "first_name", "username", "email"]
    search_help_text = "名前、ユーザー名、メールアドレスで探します。"
    ordering = ["-is_active", "last_name", "first_name", "username"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may know who is here: who invites."""
        return may(request.user, self.right)

    has_module_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People come by invitation."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody is deleted: their manuscripts and the log name them."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Leave Django's forms out."""
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.changelist_view), name="posts_person_changelist"),
            path("<int:pk>/change/", wrap(self.person_view), name="posts_person_change"),
            path("<int:pk>/<slug:what>/", wrap(self.move_view), name="posts_person_move"),
        ]

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        """Return everybody, with what the list says of them."""
        return super().get_queryset(request).prefetch_related("groups", "beats__category")

    @admin.display(description="名前", ordering="last_name")
    def who(self, obj: Person) -> str:
        """Return the name, and what they log in with."""
        return format_html('{} <small class="login-name">{}</small>', str(obj), obj.username)

    @admin.display(description="役割")
    def role_name(self, obj: Person) -> str:
        """Return the role."""
        return obj.role or "なし"

    @admin.display(description="担当")
    def beat_names(self, obj: Person) -> str:
        """Return the categories that they are restricted to."""
        return "、".join(beat.category.name for beat in obj.beats.all())

    @admin.display(description="最後のログイン", ordering="last_login")
    def last_seen(self, obj: Person) -> str:
        """Return the moment in Japan."""
        return moment(obj.last_login) or "まだ"

    @admin.display(description="状態", ordering="is_active")
    def standing(self, obj: Person) -> str:
        """Say of whom cannot log in that they cannot."""
        return "" if obj.is_active else format_html('<span class="tag">{}</span>', "停止中")

    # One person

    def person_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show a person. Raises Http404."""
        person = self._person(request, pk)
        context = {
            **self.admin_site.each_context(request),
            "title": str(person),
            "person": person,
            "author": getattr(person, "author", None),
            "invitation": getattr(person, "invitation", None),
            "sessions": Session.of(person),
            "events": Event.objects.filter(by=person)[:10],
            "may_change": Person.behind(request.user).manages(person),
            "own": person.pk == request.user.pk,
        }
        return render(request, "admin/people/person.html", context)

    def move_view(self, request: HttpRequest, pk: int, what: str) -> HttpResponse:
        """Ask for a change of a person, and make it. Raises Http404."""
        person = self._person(request, pk)
        if what not in CHANGES or not Person.behind(request.user).manages(person):
            raise Http404("その操作はできません。")
        return _asked(request, person, what, self.admin_site.each_context(request))

    def _person(self, request: HttpRequest, pk: int) -> Person:
        if not self.has_view_permission(request):
            raise Http404("その人はいません。")
        return get_object_or_404(self.get_queryset(request), pk=pk)


@sensitive_post_parameters("password")
def _asked(request: HttpRequest, person: Person, what: str, frame: Any) -> HttpResponse:
    change = CHANGES[what]
    form = change.form(request, person, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            change.make(person, form.cleaned_data, request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{person}：{change.said}")
            return redirect("admin:posts_person_change", person.pk)
    context = {**frame, "title": change.label, "person": person, "what": what, "form": form}
    return render(request, "admin/people/move.html", context)
