"""The tests' project for a real server, whose answers tell which process gave them."""

import os

from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

site = get_wsgi_application()


def wsgi(environ, start_response):
    def start(status, headers, *more):
        process = ("X-Process", str(os.getpid()))
        return start_response(status, [*headers, process], *more)

    return site(environ, start)


asgi = get_asgi_application()
