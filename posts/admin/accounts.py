"""Logins on the desk: Django's own pages, for superusers; roles are groups."""

from django.contrib import admin
from django.contrib.auth.models import Group

# The groups are the roles; they are chosen in a user's form, never edited.
admin.site.unregister(Group)
