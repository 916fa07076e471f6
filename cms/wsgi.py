"""The WSGI application that the production server runs: finished pages first, then Django."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")

django = get_wsgi_application()

from cms.press import front, settle  # noqa: E402  # the apps are ready now

application = front(django)

settle()
