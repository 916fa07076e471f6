"""What is typed about people, and the password that is asked again."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.forms import (
    AuthenticationForm,
    PasswordChangeForm,
    PasswordResetForm,
    SetPasswordForm,
    UserCreationForm,
)
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from posts import letters
from posts.admin.media import examined
from posts.models import (
    ADMINISTRATOR,
    GROUPS,
    Author,
    Category,
    Event,
    Invitation,
    LoginFailure,
    Person,
    name_of,
)
from posts.sessions import address_of

TOO_OFTEN = (
    "パスワードの間違いが続いたので、いまは受け付けません。"
    "1時間ほどおいてからにするか、パスワードを決め直してください。"
)
UNKNOWN = "知らないユーザー名"  # what was typed may be a password


def guess(username: str, address: str | None) -> LoginFailure:
    """Count a password that is about to be tried. Raises ValidationError: there were too many."""
    counted = LoginFailure.guess(username, address)
    if counted is None:
        title = subject(username)
        if not recently_refused(title):
            Event.record("login_refused", by=None, title=title)
        raise ValidationError(TOO_OFTEN, code="too_often")
    return counted


def recently_refused(title: str) -> bool:
    """Return whether the log says so already: one line an hour is enough."""
    since = timezone.now() - timedelta(hours=1)
    return Event.objects.filter(move="login_refused", title=title, at__gte=since).exists()


def subject(username: str) -> str:
    """Return who has the user name, for the log."""
    user = User.objects.filter(username=username).first()
    return name_of(user) if user else UNKNOWN


class LoginForm(AuthenticationForm):
    """Name and password; guesses are counted, and all is logged.

    Django's form of the admin wants `is_staff` as well; here a role opens the desk.
    """

    def clean(self) -> dict[str, Any]:
        """Log in. Known and unknown names take the same way through here."""
        username, password = (self.cleaned_data.get(one) for one in ("username", "password"))
        if not (username and password):
            return self.cleaned_data
        counted = guess(username, address_of(self.request))  # type: ignore[arg-type]
        try:
            super().clean()
        except ValidationError:
            Event.record("login_failed", by=None, title=subject(username))
            raise
        counted.forgive()
        if SESSION_KEY in self.request.session:  # type: ignore[union-attr]
            self.request.session.cycle_key()  # type: ignore[union-attr]  # else Django does
        user = self.get_user()
        Event.record("login", by=user, title=name_of(user))
        return self.cleaned_data


def confirm(request: HttpRequest, password: str) -> None:
    """Check the password of who is logged in. Raises ValidationError."""
    user: Any = request.user
    counted = guess(user.username, address_of(request))
    if not user.check_password(password):
        Event.record("login_failed", by=user, title=name_of(user), note="パスワードの確認")
        raise ValidationError("パスワードが違います。")
    counted.forgive()


class Confirmed(forms.Form):
    """A form that asks again for the password of who sends it."""

    password = forms.CharField(
        label="あなたのパスワード",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="席を離れたすきに、ほかの人が変えないように確かめます。",
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)
        self.fields["password"] = self.fields.pop("password")  # last

    def clean(self) -> dict[str, Any]:
        """Check the password, once all else is right."""
        if not self.errors:
            try:
                confirm(self.request, self.cleaned_data["password"])
            except ValidationError as error:
                self.add_error("password", error)
        return self.cleaned_data


class RoleForm(Confirmed):
    """The role of a person, and the categories that an editor answers for."""

    role = forms.ChoiceField(label="役割", widget=forms.RadioSelect, required=False)
    beats = forms.ModelMultipleChoiceField(
        Category.objects.filter(merged_into=None).order_by("position", "name"),
        label="担当のカテゴリー",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="編集者が対象です。何も選ばなければ、すべてのカテゴリーの原稿を扱えます。",
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["role"].choices = role_choices(request.user)  # type: ignore[attr-defined]
        if not Category.objects.filter(merged_into=None).exists():
            del self.fields["beats"]


def role_choices(by: Any) -> list[tuple[str, str]]:
    """Return the roles that `by` may give."""
    given = [(str(role), str(role)) for role in GROUPS]
    given += [(ADMINISTRATOR, ADMINISTRATOR)] if by.is_superuser else []
    return [*given, ("", "役割なし（管理画面に入れません）")]


class MailForm(Confirmed):
    """A mail address."""

    email = forms.EmailField(
        label="メールアドレス",
        max_length=254,
        help_text="パスワードを決め直すメールが届く先です。変えると、前のアドレスにも知らせます。",
    )


class InviteForm(Confirmed):
    """Whom to invite, and as what."""

    email = forms.EmailField(label="メールアドレス", max_length=254)
    name = forms.CharField(label="名前", max_length=100, required=False)
    role = forms.ChoiceField(
        label="役割", choices=[(str(role), str(role)) for role in GROUPS], widget=forms.RadioSelect
    )
    author = forms.ModelChoiceField(
        Author.objects.filter(user=None, merged_into=None),
        label="署名",
        required=False,
        empty_label="結ばない",
        help_text="すでにある著者がこの人なら選んでください。その署名の原稿を、本人が扱えます。",
    )


class NameForm(forms.Form):
    """The own name."""

    family = forms.CharField(label="姓", max_length=150)
    given = forms.CharField(label="名", max_length=150, required=False)


class ProfileForm(forms.ModelForm):
    """What readers see of the own author."""

    upload = forms.FileField(
        label="写真", required=False, help_text="JPEG・PNG・GIF・WebP（30MBまで）。"
    )
    without = forms.BooleanField(label="写真を外す", required=False)

    class Meta:
        model = Author
        fields = ["title", "bio"]

    def clean_upload(self) -> Any:
        """Refuse what is no picture."""
        upload = self.cleaned_data["upload"]
        if upload:
            examined(upload)
        return upload


class AcceptForm(UserCreationForm):
    """The own name, user name and password of who was invited."""

    sign = forms.BooleanField(required=False, initial=True)

    class Meta:
        model = User
        fields = ["last_name", "first_name", "username"]
        labels = {"last_name": "姓", "first_name": "名"}
        help_texts = {"username": "ログインするときの名前です。文字、数字、@ . + - _ を使えます。"}

    def __init__(self, invitation: Invitation, *args: Any, **kwargs: Any) -> None:
        self.invitation = invitation
        family, _, given = invitation.name.replace("\u3000", " ").partition(" ")
        super().__init__(*args, initial={"last_name": family, "first_name": given}, **kwargs)
        self.instance.email = invitation.email
        self.fields["last_name"].required = True
        author = invitation.free_author
        if author:
            self.fields["sign"].label = f"署名「{author}」を自分の署名にする"
        else:
            del self.fields["sign"]

    def accept(self) -> User:
        """Make the account and return it. Raises Refused."""
        said = self.cleaned_data
        return self.invitation.accept(
            username=said["username"],
            password=said["password1"],
            family=said["last_name"],
            given=said["first_name"],
            sign=said.get("sign", False),
        )


class PasswordForm(PasswordChangeForm):
    """Another password, behind the present one; all other sessions end."""

    request: HttpRequest | None = None

    def clean_old_password(self) -> str:
        """Check the present password; guesses at it are counted as at the login."""
        old: str = self.cleaned_data["old_password"]
        counted = guess(self.user.username, None)
        try:
            super().clean_old_password()
        except ValidationError:
            name, note = name_of(self.user), "パスワードの変更"
            Event.record("login_failed", by=self.user, title=name, note=note)
            raise
        counted.forgive()
        return old

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002
        """Store it and end the sessions; Django's view begins this browser's anew."""
        return renewed(self.user, self.cleaned_data["new_password1"], "password")


class ResetForm(PasswordResetForm):
    """A mail address: whether somebody has it is found out by the worker."""

    def save(self, *args: Any, request: Any = None, **kwargs: Any) -> None:
        """Have the letter sent."""
        letters.ask_reset(self.cleaned_data["email"], address_of(request))


class NewPasswordForm(SetPasswordForm):
    """The password that a letter was for."""

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002
        """Store it and end the sessions."""
        return renewed(self.user, self.cleaned_data["new_password1"], "reset")


def renewed(user: Any, password: str, why: str) -> Any:
    """Return `user` with another password, stored and logged as `why`."""
    person = Person.behind(user)
    person.renew_password(password, why=why)
    user.password = person.password
    return user
