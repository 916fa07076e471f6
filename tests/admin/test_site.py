"""The settings of the site on the desk: what is taken, what is refused, what readers see of it."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError

from posts.editor import MenuField
from posts.models import Event, Media, SiteSettings
from tests.admin.desk import seen, sent_by
from tests.cast import begin, minute
from tests.test_media import plain

pytestmark = pytest.mark.django_db

SITE = "/admin/posts/sitesettings/1/change/"
MENU = [
    {"name": "会社概要", "address": "/about/"},
    {"name": "募集 2026", "address": "https://jobs.example/list?a=1&b=2"},
]
SCRIPT = "https://stats.example/s.js"


@pytest.fixture
def desk(client, chief):
    """A chief's browser, and a paper with one article."""
    SiteSettings.objects.create(pk=1, name="川沿い日報")
    begin(title="記事", slug="a").publish(None, now=minute(1))
    client.force_login(chief)
    return client


def save(desk, **typed):
    """Send the form as a browser does, with some fields typed; return the answer."""
    return desk.post(SITE, sent_by(desk.get(SITE)) | typed)


def refused(desk, **typed):
    """Check that the form is refused whole, and return what it says."""
    before = SiteSettings.objects.values().get()
    answer = save(desk, **{"tagline": "ほかの欄", **typed})
    assert answer.status_code == 200
    assert SiteSettings.objects.values().get() == before
    return seen(answer)


def footer(client):
    """Return the foot of a public page."""
    return client.get("/").content.decode().partition('<footer class="colophon')[2]


def entries(client):
    """Return name and address of the menu's entries as readers get them, behind our own five."""
    found = re.findall(r'<li><a href="([^"]*)">(.*?)</a></li>', footer(client))
    return [(unescape(name), unescape(address)) for address, name in found[5:]]


def test_a_form_that_is_saved_as_it_came_changes_nothing(desk):
    logo, lead = Media.keep(plain(), "logo.png"), begin()
    SiteSettings(pk=1, name="日報", menu=MENU, logo=logo, lead=lead, footer="一\r\n二").save()
    before = SiteSettings.objects.values().get()
    assert save(desk).status_code == 302
    assert SiteSettings.objects.values().get() == before
    assert not Event.objects.filter(move="settings").exists()


# The menu


def test_lines_become_the_menu_of_every_page(desk):
    typed = "会社概要 /about/\n\n  募集 2026   https://jobs.example/list?a=1&b=2  \n"
    assert save(desk, menu=typed).status_code == 302
    assert SiteSettings.load().menu == MENU
    assert entries(desk) == [(one["name"], one["address"]) for one in MENU]
    assert sent_by(desk.get(SITE))["menu"].splitlines() == [
        "会社概要 /about/",
        "募集 2026 https://jobs.example/list?a=1&b=2",
    ]
    save(desk, menu="")
    assert entries(desk) == []


@pytest.mark.parametrize("gap", ["\u3000", "\t", " \u3000 ", "\xa0"])
def test_any_space_parts_the_name_from_the_address(desk, gap):
    save(desk, menu=f"会社{gap}概要{gap}/about/")
    assert [one["address"] for one in SiteSettings.load().menu] == ["/about/"]


@pytest.mark.parametrize(
    "line",
    [
        "会社概要",
        "/about/",
        "https://example.jp/",
        "/about/ 会社概要",
        "会社概要 about/",
        "会社概要 javascript:alert(1)",
        "会社概要 JavaScript:alert(1)",
        "会社概要 /about/ javascript:alert(1)",
        "会社概要 java\x00script:alert(1)",
        "会社概要 \x01javascript:alert(1)",
        "会社概要 data:text/html,<script>alert(1)</script>",
        "会社概要 //evil.example/",
        "会社概要 /\\evil.example/",
        "会社概要 \\\\evil.example/",
        "会社概要 /\x00/evil.example/",
        "会社概要 /\x1f\\evil.example/",
        "会社概要 https://",
        "会社概要 https:///evil.example/",
        "会社概要 http:evil.example",
        "会社概要 ftp://example.jp/",
        "\x00 /about/",
    ],
)
def test_a_line_that_is_no_entry_is_refused_and_stays_in_the_form(desk, line):
    menu = f"正しい行 /ok/\n{line}"
    assert "読み取れません" in refused(desk, menu=menu)
    page = sent_by(desk.post(SITE, sent_by(desk.get(SITE)) | {"menu": menu}))
    assert page["menu"].strip() == menu


def test_what_no_text_may_hold_is_taken_out(desk):
    save(desk, menu="会\x00社\x07概\x7f要 /a\x00b\x1b/\ufffe")
    assert entries(desk) == [("会社概要", "/ab/")]


@pytest.mark.parametrize(
    "line",
    [
        "<script>alert(1)</script> /x/",
        '名" onclick="alert(1) /x/',
        '名 /"><script>alert(1)</script>',
        "名 https://example.jp/'onmouseover='alert(1)",
        "{{ site.name }}{% now 'Y' %} /x/",
        "&lt;b&gt; /x/?a=1&lt=2",
    ],
)
def test_markup_in_the_menu_is_text(desk, line):
    assert save(desk, menu=line).status_code == 302
    assert entries(desk) == [tuple(line.rsplit(" ", 1))]
    for page in (footer(desk), desk.get(SITE).content.decode()):
        assert "<script>alert" not in page
        assert 'onclick="alert' not in page


def test_a_menu_has_an_end(desk):
    lines = [f"項目{number} /{number}/" for number in range(MenuField.MOST + 1)]
    assert "12個まで" in refused(desk, menu="\n".join(lines))
    assert save(desk, menu="\n".join(lines[1:])).status_code == 302
    assert len(entries(desk)) == MenuField.MOST


@pytest.mark.parametrize("line", ["名" * 10_000 + " /x/", "名 /" + "x" * 10_000])
def test_a_line_of_the_menu_has_an_end(desk, line):
    said = refused(desk, menu=line)
    assert f"{MenuField.LONGEST}字まで" in said
    assert not SiteSettings.load().menu


def test_a_changed_menu_is_logged(desk):
    save(desk, menu="会社概要 /about/")
    assert Event.objects.get(move="settings").note == "サイトの設定：メニュー"


# The look


def test_a_logo_stands_for_the_name_in_the_head(desk):
    logo = Media.keep(plain(size=(120, 40)), "logo.png")
    assert save(desk, logo=logo.pk).status_code == 302
    image = f'<img class="logo" src="{logo.url}" width="120" height="40" alt="川沿い日報">'
    for address in ("/", "/posts/a/", "/archive/", "/nothing/"):
        assert image in desk.get(address).content.decode(), address
    with pytest.raises(ProtectedError):
        logo.delete()
    save(desk, logo="")
    assert 'class="logo"' not in desk.get("/").content.decode()


@pytest.mark.parametrize("value", ["999", "0", "-1", "x", "\x00", "9" * 40, "1.5", "/etc/passwd"])
@pytest.mark.parametrize("field", ["logo", "lead"])
def test_what_is_no_row_is_neither_logo_nor_lead(desk, field, value):
    refused(desk, **{field: value})
    assert getattr(SiteSettings.load(), field) is None


@pytest.mark.parametrize(
    "data", [b"<svg onload='alert(1)'/>", b"<html></html>", b"\x89PNG\r\n", b""]
)
def test_a_file_that_is_no_picture_becomes_no_logo(desk, data):
    upload = SimpleUploadedFile("logo.png", data, "image/png")
    answer = desk.post("/admin/posts/media/add/", {"upload": upload, "alt": "題字"})
    assert answer.status_code == 200
    assert not Media.objects.exists()


def test_face_and_accent_are_those_of_the_sheet(desk):
    assert save(desk, face="gothic", accent="#005588").status_code == 302
    [sheet] = re.findall(r'<link rel="stylesheet" href="([^"]+)">', desk.get("/").content.decode())
    css = desk.get(sheet).content.decode().partition("@layer chosen {")[2]
    assert css.startswith("\n:root { --face: var(--gothic); --accent: light-dark(#005588, ")


@pytest.mark.parametrize(
    "typed",
    [
        {"face": "comic"},
        {"face": "mincho); } * { display: none"},
        {"face": ""},
        {"accent": ""},
        {"accent": "red"},
        {"accent": "#fff"},
        {"accent": "#12345\x00"},
        {"accent": "#fff;}*{}"},
        {"name": ""},
        {"name": "名" * 61},
        {"name": "名\x00"},
        {"tagline": "名" * 121},
        {"footer": "文" * 501},
        {"footer": "文\x00"},
    ],
)
def test_what_is_out_of_bounds_is_refused(desk, typed):
    before = SiteSettings.objects.values().get()
    refused(desk, **typed)
    assert SiteSettings.objects.values().get() == before


def test_the_footer_is_text_in_paragraphs(desk):
    naughty = "<script>alert(1)</script> {{ site.publisher }}"
    assert save(desk, footer=f"川沿いの町から。\n毎週。\n\n{naughty}").status_code == 302
    found = footer(desk)
    assert "<p>川沿いの町から。<br>毎週。</p>" in found
    assert "<p>&lt;script&gt;alert(1)&lt;/script&gt; {{ site.publisher }}</p>" in found


# The script of another site


def policy(answer):
    """Return where scripts and connections of a page may come from and go to."""
    parts = dict(
        part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";") if part
    )
    return parts["script-src"], parts["connect-src"]


def test_no_script_of_another_site_runs_until_the_desk_says_so(desk):
    pages = ("/", "/posts/a/", "/archive/", "/nothing/")
    for address in pages:
        answer = desk.get(address)
        assert policy(answer) == ("'self'", "'self'")
        assert not re.search(r'<script[^>]+src="(?!/)', answer.content.decode())
    assert save(desk, analytics=SCRIPT).status_code == 302
    for address in pages:
        answer = desk.get(address)
        assert policy(answer) == ("'self' https://stats.example",) * 2
        assert f'<script defer src="{SCRIPT}"></script>' in answer.content.decode()
    assert policy(desk.get(SITE)) == ("'self'", "'self'")
    save(desk, analytics="")
    assert policy(desk.get("/")) == ("'self'", "'self'")
    assert "stats.example" not in desk.get("/").content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        "http://stats.example/s.js",
        "https://user:pass@stats.example/s.js",
        "https://stats.example@evil.example/s.js",
        "https://stats.example/s.js\nhttps://evil.example/",
        "https://stats.example/s.js\r\nSet-Cookie: a=b",
        "https://stats.example\n.evil.example/s.js",
        "https://stats.example; script-src 'unsafe-inline'",
        "https://stats.example;script-src/s.js",
        "https://stats.example,evil.example/s.js",
        "https://stats.example 'unsafe-inline'/s.js",
        "https://'unsafe-inline'/s.js",
        "https://*.example/s.js",
        "https://*/s.js",
        "https://stats.example\\@evil.example/s.js",
        "https://stats.example\x00/s.js",
        "https://",
        "https:///s.js",
        "javascript:alert(1)",
        "data:text/javascript,alert(1)",
        "blob:https://stats.example/1",
        "https://stats.example/" + "s" * 10_000,
    ],
)
def test_an_address_that_would_open_more_is_refused(desk, typed):
    refused(desk, analytics=typed)
    assert policy(desk.get("/")) == ("'self'", "'self'")


@pytest.mark.parametrize(
    "typed",
    [
        "https://stats.example/s.js;script-src=*?'unsafe-inline'",
        'https://stats.example/"></script><script>alert(1)</script>',
        "https://stats.example?x;y=1",
        "https://stats.example#;script-src",
    ],
)
def test_what_stands_behind_the_host_is_no_part_of_the_policy(desk, typed):
    save(desk, analytics=typed)
    answer = desk.get("/")
    assert policy(answer) == ("'self' https://stats.example",) * 2
    assert "<script>alert" not in answer.content.decode()


# Who


def test_an_editor_who_may_publish_changes_no_settings(client, desk, editor):
    SiteSettings.objects.update(editors_publish=True)
    typed = sent_by(desk.get(SITE)) | {"menu": "編集 /x/", "analytics": SCRIPT}
    before = SiteSettings.objects.values().get()
    client.force_login(editor)
    assert client.post(SITE, typed).status_code == 403
    assert SiteSettings.objects.values().get() == before


def test_who_stands_outside_changes_no_settings(client, desk, outsider):
    typed = sent_by(desk.get(SITE)) | {"menu": "部外 /x/"}
    before = SiteSettings.objects.values().get()
    for enter in (lambda: client.force_login(outsider), client.logout):
        enter()
        assert client.post(SITE, typed).status_code in {302, 403}
        assert SiteSettings.objects.values().get() == before
