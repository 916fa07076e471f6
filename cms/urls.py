"""The addresses of the whole site: the admin first, then everything that readers see."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("posts.urls")),
]

handler403 = "posts.refusals.forbidden"
handler404 = "posts.views.not_found"
handler500 = "posts.refusals.server_error"
