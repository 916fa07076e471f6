"""The order of the categories: one page of buttons, which a keyboard reaches without script."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from posts.models import Category, Refused, beat_of

from .uses import Uses

DEEPEST = 6  # steps that the page sets in


class Row(NamedTuple):
    """A category on the page."""

    category: Category
    depth: int
    first: bool
    last: bool
    parents: list[Category]  # under which it may be put


class Ordering(Uses):
    """The categories as a tree, to be arranged."""

    change_list_template = "admin/posts/category/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Add its own addresses."""
        wrap = self.admin_site.admin_view
        order = path("order/", wrap(self.order), name="posts_category_order")
        return [order, *super().get_urls()]

    def order(self, request: HttpRequest) -> HttpResponse:
        """Show the tree, and move one category. Raises Http404."""
        if not self.has_change_permission(request):
            raise Http404("その操作はできません。")
        if request.method != "POST":
            title = "カテゴリーの並べ替え"
            may_move = beat_of(request.user) is None
            return self.page(request, "order", title=title, rows=rows(), may_move=may_move)
        moved = self.find(request.POST.get("category", ""))
        try:
            self._move(request, moved)
        except Refused as refused:
            messages.warning(request, str(refused))
        return HttpResponseRedirect(f"{reverse('admin:posts_category_order')}#c{moved.pk}")

    def _move(self, request: HttpRequest, moved: Category) -> None:
        match request.POST.get("move"):
            case "up":
                moved.shift(-1, request.user)
            case "down":
                moved.shift(1, request.user)
            case "under":
                chosen = request.POST.get("parent")
                parent = self.find(chosen) if chosen else None
                moved.put_under(parent, request.user)
                where = f"「{parent}」の下" if parent else "いちばん上の段"
                messages.success(request, f"「{moved}」を{where}へ移しました。")
            case _:
                raise Http404("その操作はできません。")


def rows() -> list[Row]:
    """Return the tree line by line, each with where it may go; one query."""
    below: dict[int | None, list[Category]] = {}
    for one in Category.objects.filter(merged_into=None):
        below.setdefault(one.parent_id, []).append(one)
    order: list[tuple[Category, int, int]] = []  # with its depth and where its branch ends

    def walk(parent: int | None, depth: int) -> None:
        for one in below.get(parent, []):
            place = len(order)
            order.append((one, depth, 0))
            walk(one.pk, depth + 1)
            order[place] = (one, depth, len(order))

    walk(None, 0)
    everything: list[Any] = [one for one, _, _ in order]
    return [
        Row(
            one,
            min(depth, DEEPEST),
            first=one == below[one.parent_id][0],
            last=one == below[one.parent_id][-1],
            parents=everything[:place] + everything[end:],
        )
        for place, (one, depth, end) in enumerate(order)
    ]
