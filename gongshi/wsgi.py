"""The WSGI application that `gongshi serve` hands to the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongshi.settings")

application = get_wsgi_application()
