"""The WSGI application that `gongshi serve` hands to the web server."""

import os

from django.core.wsgi import get_wsgi_application

from gongshi.environment import relax_garbage_collection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongshi.settings")

application = get_wsgi_application()
# A page makes some ten thousand objects, hardly any of them in cycles.
relax_garbage_collection(50_000)
