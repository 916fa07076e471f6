"""The WSGI application that the production server runs: finished pages first, then Django."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")

django = get_wsgi_application()

from cms.press import front  # noqa: E402  # the apps are ready now

application = front(django)

# What is loaded by now stays; to look through it again and again takes a tenth of each page.
gc.freeze()
gc.set_threshold(10_000)
