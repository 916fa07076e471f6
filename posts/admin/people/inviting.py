"""Invitations: who was asked to come, as what, and what became of it."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from posts.admin.people.forms import InviteForm
from posts.admin.rights import RightAdmin
from posts.models import Invitation, Refused, may
from posts.templatetags.desk import moment, person


@admin.register(Invitation)
class InvitationAdmin(RightAdmin):
    """The invitations, the newest first."""

    list_display = ["who", "role", "inviter", "expiry", "state_name", "end"]
    list_display_links = None
    list_select_related = ["by"]
    search_fields = ["email", "name"]
    ordering = ["-at", "-pk"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may invite."""
        return may(request.user, self.right)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The way here is the list of people."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An invitation is revoked; that it was is kept."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Leave Django's forms out."""
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.changelist_view), name="posts_invitation_changelist"),
            path("add/", wrap(self.invite), name="posts_invitation_add"),
            path("<int:pk>/revoke/", wrap(self.revoke), name="posts_invitation_revoke"),
        ]

    # The list

    @admin.display(description="相手", ordering="email")
    def who(self, obj: Invitation) -> str:
        """Return the name and the address."""
        return format_html('{} <small class="login-name">{}</small>', obj.name, obj.email)

    @admin.display(description="招いた人")
    def inviter(self, obj: Invitation) -> str:
        """Return who invited."""
        return person(obj.by)

    @admin.display(description="期限", ordering="expires_at")
    def expiry(self, obj: Invitation) -> str:
        """Return the moment in Japan."""
        return moment(obj.expires_at)

    @admin.display(description="状態")
    def state_name(self, obj: Invitation) -> str:
        """Return where it stands."""
        return obj.state

    @admin.display(description="")
    def end(self, obj: Invitation) -> str:
        """Return the way to revoke what can be accepted still."""
        if not obj.is_open():
            return ""
        address = reverse("admin:posts_invitation_revoke", args=[obj.pk])
        return format_html('<a href="{}">取り消す…</a>', address)

    # Inviting

    def invite(self, request: HttpRequest) -> HttpResponse:
        """Ask whom to invite, and have the mail sent. Raises Http404."""
        self._permitted(request)
        form = InviteForm(request, request.POST or None)
        if request.method == "POST" and form.is_valid():
            said = {name: form.cleaned_data[name] for name in ("email", "role", "name", "author")}
            try:
                Invitation.send(**said, by=request.user)
            except Refused as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, f"{said['email']} に招待のメールを送ります。")
                return redirect("admin:posts_invitation_changelist")
        return self._page(request, "invite", title="招待する", form=form)

    def revoke(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask whether to revoke one, and do. Raises Http404."""
        self._permitted(request)
        rows: QuerySet[Invitation] = Invitation.objects.open().select_related("by")
        invitation = get_object_or_404(rows, pk=pk)
        if request.method == "POST":
            try:
                invitation.revoke(request.user)
            except Refused as error:
                messages.error(request, str(error))
            else:
                messages.success(request, f"{invitation}：招待を取り消しました。")
            return redirect("admin:posts_invitation_changelist")
        return self._page(request, "revoke", title="招待を取り消す", invitation=invitation)

    def _permitted(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise Http404("招待はありません。")

    def _page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        printed = settings.MAILER["BACKEND"] == "cms.mail.PrintedMail"
        frame = {**self.admin_site.each_context(request), "printed": printed}
        return render(request, f"admin/people/{name}.html", frame | context)
