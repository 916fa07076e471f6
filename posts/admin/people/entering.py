"""The way in for who has no session yet: an invitation, a new password. And the way out."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import login
from django.contrib.auth import views as auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse_lazy
from django.utils.cache import add_never_cache_headers
from django.views.decorators.debug import sensitive_post_parameters

from posts import letters
from posts.admin.people.forms import AcceptForm, NewPasswordForm, ResetForm
from posts.models import Event, Invitation, Refused, name_of

BACKEND = "django.contrib.auth.backends.ModelBackend"


def urls() -> list[URLPattern]:
    """Return the addresses that are open to everybody."""
    asked, done = reverse_lazy("admin:password_reset_done"), reverse_lazy("admin:login")
    reset = {"form_class": ResetForm, "success_url": asked}
    confirm = {
        "form_class": NewPasswordForm,
        "success_url": done,
        "token_generator": letters.tokens,
    }
    return [
        path("invitation/<str:secret>/", invitation, name="invitation"),
        path("reset/", page(auth.PasswordResetView, **reset), name="password_reset"),
        path("reset/sent/", page(auth.PasswordResetDoneView), name="password_reset_done"),
        path(
            "reset/<uidb64>/<token>/",
            page(auth.PasswordResetConfirmView, **confirm),
            name="password_reset_confirm",
        ),
    ]


def page(view: Any, **options: Any) -> Any:
    """Return one of Django's views in the frame of the desk."""

    def inner(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        frame = admin.site.each_context(request)
        response = view.as_view(extra_context=frame, **options)(request, **kwargs)
        return private(response.render() if hasattr(response, "render") else response)

    return inner


def private(response: HttpResponse) -> HttpResponse:
    """Return an answer to a secret address: kept nowhere, told to no other site, in no index.

    Not "no-referrer": a browser then says no Origin either, and the form is refused.
    """
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


@sensitive_post_parameters()
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Let who was invited make an account, and lead them to the desk."""
    invited = Invitation.objects.to(secret)
    context = {**admin.site.each_context(request), "has_permission": False}
    if invited is None:
        gone = render(request, "admin/people/invitation_gone.html", context, status=404)
        return private(gone)
    form = AcceptForm(invited, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = form.accept()
        except Refused as error:
            form.add_error(None, str(error))
        else:
            login(request, user, backend=BACKEND)
            Event.record("login", by=user, title=name_of(user))
            return private(redirect("admin:me"))
    context |= {"form": form, "invitation": invited, "title": "編集部へようこそ"}
    return private(render(request, "admin/people/invitation.html", context))


def left(user: Any, response: HttpResponse) -> HttpResponse:
    """Log that `user` logged out, and have the browser forget what it kept of the desk."""
    if user.is_authenticated:  # read before: it is lazy
        Event.record("logout", by=user, title=name_of(user))
        response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response
