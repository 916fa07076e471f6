"""The stylesheet: what the site's people chose, readable in both schemes, kept for ever."""

import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from posts import colours
from posts.models import Category, SiteSettings
from posts.theme import DARK, LIGHT, SHEETS, stylesheet
from tests.cast import begin

parts = st.integers(0, 255)


@given(st.tuples(parts, parts, parts))
def test_any_colour_is_made_readable_on_both_grounds(colour):
    for grounds, toward in ((LIGHT, (0, 0, 0)), (DARK, (255, 255, 255))):
        known = [colours.parse(ground) for ground in grounds]
        found = colours.readable(colour, known, toward)
        assert min(colours.contrast(found, ground) for ground in known) >= 4.5


colour = st.tuples(parts, parts, parts).map(colours.write)
# On these the public pages set text in the accent, or text of the ground on it.
GROUNDS = ("paper", "surface", "warn-ground", "alert-ground")


def pairs(css, name):
    """Return the values of a property in the light scheme and in the dark one, for each place."""
    found = re.findall(rf"--{name}: light-dark\((#[0-9a-f]{{6}}), (#[0-9a-f]{{6}})\)", css)
    return [tuple(map(colours.parse, pair)) for pair in found]


@settings(max_examples=200)
@given(colour, colour)
def test_the_sheet_is_readable_in_both_schemes_whatever_is_chosen(site, section):
    rows = [Category(pk=1, accent=section), Category(pk=2, parent_id=1), Category(pk=3)]
    sheet = stylesheet(SiteSettings(pk=1, accent=site), rows)
    own, _, chosen = sheet.partition("@layer chosen {")
    accents = pairs(chosen, "accent")
    assert len(accents) == 3
    for name in GROUNDS:
        [grounds] = pairs(own, name)
        for accent in accents:
            for scheme in (0, 1):
                assert ratio(accent[scheme], grounds[scheme]) >= 4.5, (name, scheme)


def ratio(one, other):
    """Return the contrast of two colours: WCAG 2.2, "contrast ratio", written once more."""
    weights = (0.2126, 0.7152, 0.0722)
    lights = []
    for colour in (one, other):
        shares = [part / 255 for part in colour]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
        lights.append(sum(w * c for w, c in zip(weights, linear, strict=True)) + 0.05)
    return max(lights) / min(lights)


def test_a_colour_that_is_readable_stays_as_it_was_chosen():
    assert colours.readable((0x80, 0, 0), [(255, 255, 255)], (0, 0, 0)) == (0x80, 0, 0)


def test_the_contrast_of_black_and_white_is_that_of_the_standard():
    assert colours.contrast((0, 0, 0), (255, 255, 255)) == 21


@pytest.mark.parametrize(
    "written", ["", "red", "#fff", "#12345g", "#1234567", "#12345\n", "url(x)"]
)
def test_what_is_no_colour_is_refused(written):
    with pytest.raises(ValueError, match=r".*"):
        colours.parse(written)
    with pytest.raises(ValidationError):
        SiteSettings(pk=1, accent=written).clean_fields()


@pytest.mark.parametrize(
    "address", ["http://a.example/x.js", "https://a b/x.js", "https://a;b/x.js", "javascript:x"]
)
def test_no_script_comes_from_an_unsafe_address(address):
    with pytest.raises(ValidationError):
        SiteSettings(pk=1, analytics=address).clean_fields()


def test_sections_have_their_own_colour_or_that_of_the_one_above():
    top = Category(pk=1, accent="#005588")
    below, plain = Category(pk=2, parent_id=1), Category(pk=3)
    sheet = stylesheet(SiteSettings(pk=1, face="gothic"), [top, below, plain])
    assert "--face: var(--gothic);" in sheet
    assert sheet.count("light-dark(#005588, ") == 2
    assert ".section-1 {" in sheet
    assert ".section-2 {" in sheet
    assert ".section-3 {" not in sheet


def test_categories_that_stand_under_each_other_end():
    ring = [Category(pk=1, parent_id=2), Category(pk=2, parent_id=1)]
    assert "section-" not in stylesheet(SiteSettings(pk=1), ring).partition("@layer chosen {")[2]


def test_all_of_it_stays_small():
    sheet = stylesheet(SiteSettings(pk=1), [])
    assert sheet.count("\n") <= 1200
    assert not re.search(r"@import|url\(", sheet)
    assert all(f"@layer {name} {{" in sheet for name in SHEETS)


def linked(page):
    """Return the address of the stylesheet that a page names."""
    (found,) = re.findall(r'<link rel="stylesheet" href="([^"]+)">', page.content.decode())
    return found


@pytest.mark.django_db
def test_a_change_is_another_address(client):
    begin(slug="a").publish(None)
    first = linked(client.get("/posts/a/"))
    answer = client.get(first)
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    SiteSettings.objects.create(pk=1, accent="#123456")
    second = linked(client.get("/posts/a/"))
    assert second != first
    assert "#123456" in client.get(second).content.decode()
    for other in (first, "/theme.css", "/theme.css?v=00000000"):
        assert client.get(other)["Cache-Control"] == "no-cache"


@pytest.mark.django_db
def test_one_script_of_another_site_is_let_in_and_no_other(client):
    begin(slug="a").publish(None)
    plain = client.get("/posts/a/")["Content-Security-Policy"]
    assert "script-src 'self';" in plain
    SiteSettings.objects.create(pk=1, analytics="https://stats.example/s.js")
    answer = client.get("/posts/a/")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self' https://stats.example;" in policy
    assert "connect-src 'self' https://stats.example;" in policy
    assert "default-src 'none'" in policy
    assert '<script defer src="https://stats.example/s.js"></script>' in answer.content.decode()
    assert client.get("/admin/login/")["Content-Security-Policy"] == plain
