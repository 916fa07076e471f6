"""The one direction of imports, and what no module may do."""

import ast
import re
import sys
from pathlib import Path

import pytest

from posts import models

ROOT = Path(__file__).resolve().parent.parent

# A module imports from its own layer and from those above it in this list, never from below.
LAYERS = [
    {"posts.text", "posts.formats", "posts.demo"},
    {"posts.images", "posts.colours", "posts.search", "posts.pages", "posts.outbound"},
    {"posts.models"},
    {
        *("posts.views", "posts.paging", "posts.feeds", "posts.sitemaps", "posts.seo"),
        "posts.theme",
        *("posts.effects", "posts.editor", "posts.imports", "posts.templatetags"),
        *("posts.checks", "posts.corpus", "posts.refusals", "posts.review"),
        *("posts.demo_desk", "posts.demo_logins", "posts.demo_pages"),
        *("posts.letters", "posts.sessions", "posts.notices", "posts.backup"),
    },
    {"posts.admin", "posts.admin_site", "posts.urls", "posts.apps"},
    {"posts.management"},
    {"cms"},
]
PLACE = {module: place for place, layer in enumerate(LAYERS) for module in layer}

PURE = {"posts.text", "posts.formats"}
LIBRARIES = {"markdown", "nh3", "yaml", "pygments", "budoux"}

DESK = {"Post", "Revision", "Comment", "Manuscript", "Byline", "Tagging", "Event"}

# Where a query over editions does not begin with public(): ids that are public already, and
# whether an old slug was ever seen.
ELSEWHERE = {("posts.paging", "page_of"), ("posts.views.articles", "moved")}

# The command that starts the server holds the whole program.
STARTER = "posts.management.commands.serve"


def modules():
    """Return {name: path} of every module of ours that runs on the server."""
    paths = [path for top in ("posts", "cms") for path in (ROOT / top).rglob("*.py")]
    ours = [path.relative_to(ROOT) for path in paths if "migrations" not in path.parts]
    return {".".join(path.with_suffix("").parts).removesuffix(".__init__"): path for path in ours}


MODULES = modules()
READERS = ["posts.feeds", "posts.sitemaps", "posts.paging"]
READERS += [name for name in MODULES if name.startswith("posts.views.")]


def tree(name):
    return ast.parse((ROOT / MODULES[name]).read_text())


def for_types(root):
    """Return the ids of the nodes below `if TYPE_CHECKING`."""
    guarded = [
        node
        for node in ast.walk(root)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    ]
    return {id(inner) for node in guarded for inner in ast.walk(node)}


def imports(name):
    """Return the modules that `name` imports when it runs, wherever in it."""
    root, found = tree(name), set()
    skipped = for_types(root)
    for node in (node for node in ast.walk(root) if id(node) not in skipped):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = resolved(name, node)
            found |= {
                full if (full := f"{base}.{alias.name}") in MODULES else base
                for alias in node.names
            }
    return found


def resolved(name, node):
    """Return the absolute name of the module that `from … import` names."""
    if not node.level:
        return node.module
    package = name if MODULES[name].name == "__init__.py" else name.rpartition(".")[0]
    parts = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*parts, *filter(None, [node.module])])


def part(module):
    """Return the module or package in PLACE that `module` belongs to, None for others'."""
    names = module.split(".")
    return next((key for key in (".".join(names[:2]), names[0]) if key in PLACE), None)


def names_from(name, source):
    """Return what module `name` imports by name from `source`."""
    nodes = (node for node in ast.walk(tree(name)) if isinstance(node, ast.ImportFrom))
    return {alias.name for node in nodes if node.module == source for alias in node.names}


OURS = [name for name in MODULES if name != "posts"]
OUTSIDERS = [name for name in OURS if part(name) != "posts.models"]


@pytest.mark.parametrize("name", OURS)
def test_every_module_has_its_place(name):
    assert part(name), f"{name} is in no layer: say in LAYERS where it belongs"


@pytest.mark.parametrize("name", [name for name in OURS if name != STARTER])
def test_imports_go_one_way(name):
    known = {other for other in imports(name) if part(other)}
    assert not {other for other in known if PLACE[part(other)] > PLACE[part(name)]}


@pytest.mark.parametrize("name", OUTSIDERS)
def test_outsiders_import_the_models_from_one_place(name):
    nodes = [node for node in ast.walk(tree(name)) if isinstance(node, ast.ImportFrom)]
    assert not [node.module for node in nodes if (node.module or "").startswith("posts.models.")]
    # Django calls the guards after a migration; they are nobody's entity.
    allowed = {*models.__all__, *({"guards"} if name == "posts.apps" else ())}
    assert names_from(name, "posts.models") <= allowed


def test_no_module_of_a_layer_imports_in_a_circle():
    edges = {name: {other for other in imports(name) if other in MODULES} for name in OURS}
    done, path = set(), []

    def visit(name):
        assert name not in path, " → ".join([*path[path.index(name) :], name])
        if name in done:
            return
        path.append(name)
        for other in edges.get(name, ()):
            visit(other)
        done.add(path.pop())

    for name in OURS:
        visit(name)


@pytest.mark.parametrize("name", [name for name in OURS if part(name) in PURE])
def test_text_and_formats_know_neither_django_nor_the_project(name):
    allowed = set(sys.stdlib_module_names) | LIBRARIES
    others = {other for other in imports(name) if part(other) not in PURE}
    assert {other.split(".")[0] for other in others} <= allowed


@pytest.mark.parametrize("name", READERS)
def test_what_readers_ask_knows_no_manuscript(name):
    imported = names_from(name, "posts.models")
    assert not imported & DESK
    if name != "posts.views.elsewhere":
        assert not imported & {"Slug", "Redirect"}


@pytest.mark.parametrize("name", [*READERS, "posts.models.reading"])
def test_pages_take_their_moment_from_one_place(name):
    clock = {"posts.views.machines"}  # says how late the worker is
    assert name in clock or "timezone.now" not in ast.unparse(tree(name))


def queries(name):
    """Return (function, model, first method) of each query over a model with an interval."""
    intervals = {"Edition", "EditionTag", "EditionByline"}
    found = []
    functions = [node for node in ast.walk(tree(name)) if isinstance(node, ast.FunctionDef)]
    for function in functions:
        for node in ast.walk(function):
            match node:
                case ast.Attribute(
                    value=ast.Attribute(value=ast.Name(id=model), attr="objects"), attr=method
                ) if model in intervals:
                    found.append((function.name, model, method))
    return found


@pytest.mark.parametrize("name", READERS)
def test_every_query_of_readers_begins_with_public(name):
    asked = queries(name)
    other = {(name, function) for function, _, method in asked if method != "public"}
    assert other <= ELSEWHERE


def test_readers_ask_something_where_it_is_looked_for():
    assert {name for name in READERS if queries(name)} >= {"posts.feeds", "posts.views.lists"}


def test_no_module_is_a_drawer_for_everything():
    drawers = {"services", "utils", "helpers", "managers", "common", "misc"}
    assert not [name for name in MODULES if set(name.split(".")) & drawers]


def test_nothing_is_declared_safe_but_the_two_rendered_columns():
    code = {name for name in OURS if "mark_safe" in (ROOT / MODULES[name]).read_text()}
    assert not code
    marked = {
        (path.name, mark)
        for path in (ROOT / "templates").rglob("*.html")
        for mark in re.findall(r"{{[^}]*\|\s*safe[^}]*}}|{%\s*autoescape.*?%}", path.read_text())
    }
    assert marked == {
        (
            "_body.html",
            "{{ edition.html|safe|break_headings|link_headings|reachable|spoken|beside:vertical }}",
        ),
        ("_excerpt.html", "{{ edition.excerpt_html|safe|spoken }}"),
    }


def test_no_template_has_script_or_style_within():
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)", re.I)
    data = re.compile(r'<script[^>]*type="application/(ld\+)?json"')
    found = {
        path.name
        for path in (ROOT / "templates").rglob("*.html")
        if inline.search(data.sub("", path.read_text()))
    }
    assert not found


def test_no_module_swallows_every_exception():
    for name in OURS:
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.ExceptHandler):
                caught = ast.unparse(node.type) if node.type else "everything"
                assert caught not in {"Exception", "BaseException", "everything"}, name
