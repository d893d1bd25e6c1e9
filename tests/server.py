"""The tests' project for a real server, whose answers tell which process gave them."""

import os

from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

site, site_on_loop = get_wsgi_application(), get_asgi_application()


def wsgi(environ, start_response):
    def start(status, headers, *more):
        process = ("X-Process", str(os.getpid()))
        return start_response(status, [*headers, process], *more)

    return site(environ, start)


async def asgi(scope, receive, send):
    async def send_more(message):
        if message["type"] == "http.response.start":
            process = (b"x-process", str(os.getpid()).encode())
            message = {**message, "headers": [*message["headers"], process]}
        await send(message)

    await site_on_loop(scope, receive, send_more)
