"""The web server's application with one more address: a view that does nothing."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongshi.settings")
settings.ROOT_URLCONF = "benchmarks.pages_urls"
application = get_wsgi_application()
