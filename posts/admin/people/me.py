"""自分の設定: the own name, byline, mail address, and where one is logged in."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from posts.admin.people.forms import MailForm, NameForm, ProfileForm
from posts.models import Author, Event, Media, Person, Session


def urls(wrap: Any) -> list[URLPattern]:
    """Return the addresses; `wrap` lets in who has a role."""
    return [
        path("me/", wrap(me), name="me"),
        path("me/sessions/", wrap(require_POST(end_sessions)), name="me_sessions"),
    ]


@sensitive_post_parameters("password")
def me(request: HttpRequest) -> HttpResponse:
    """Show everything about oneself; change the part that was sent."""
    person = Person.behind(request.user)
    author = Author.objects.filter(user=person.pk).select_related("portrait").first()
    forms = parts(request, person, author)
    sent = request.POST.get("part", "")
    if request.method == "POST":
        if sent not in forms:
            raise Http404("その設定はありません。")
        if forms[sent].is_valid():
            SAVES[sent](person, forms[sent])
            messages.success(request, SAVED[sent])
            return redirect("admin:me")
    context = {
        **admin.site.each_context(request),
        "title": "自分の設定",
        "person": person,
        "author": author,
        "forms": forms,
        "sessions": Session.of(person),
        "current": request.session.session_key,
    }
    return render(request, "admin/people/me.html", context)


def parts(request: HttpRequest, person: Person, author: Author | None) -> dict[str, Any]:
    """Return the forms of the page; the one that was sent is filled."""

    def sent(part: str) -> tuple[Any, Any]:
        ours = request.method == "POST" and request.POST.get("part") == part
        return (request.POST, request.FILES) if ours else (None, None)

    name = {"family": person.last_name, "given": person.first_name}
    forms: dict[str, Any] = {
        "name": NameForm(sent("name")[0], initial=name, prefix="name"),
        "mail": MailForm(request, sent("mail")[0], initial={"email": person.email}, prefix="mail"),
    }
    if author:
        forms["profile"] = ProfileForm(*sent("profile"), instance=author, prefix="profile")
        if not author.portrait:
            del forms["profile"].fields["without"]
    return forms


def save_name(person: Person, form: NameForm) -> None:
    """Change the name."""
    person.rename(form.cleaned_data["family"], form.cleaned_data["given"])


def save_mail(person: Person, form: MailForm) -> None:
    """Change the mail address."""
    person.change_mail(form.cleaned_data["email"])


def save_profile(person: Person, form: ProfileForm) -> None:
    """Change what readers see; pages that show it are removed."""
    said = form.cleaned_data
    with transaction.atomic():
        author = Author.objects.select_for_update().get(pk=form.instance.pk, user=person)
        author.title, author.bio = said["title"], said["bio"]
        if said["upload"]:
            author.portrait = Media.keep(said["upload"].read(), said["upload"].name, by=person)
        elif said.get("without"):
            author.portrait = None
        author.save()
        Event.record("profile", by=person, title=author.name)


SAVES: dict[str, Any] = {"name": save_name, "mail": save_mail, "profile": save_profile}
SAVED = {
    "name": "名前を変えました。",
    "mail": "メールアドレスを変えました。前のアドレスにも知らせます。",
    "profile": "署名の紹介を変えました。記事のページにも出ています。",
}


def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one of the own sessions, or all others."""
    person = Person.behind(request.user)
    count = person.end_session(request.POST.get("session", ""), keep=request.session.session_key)
    if count:
        messages.success(request, f"{count}台をログアウトしました。")
    return redirect("admin:me")
