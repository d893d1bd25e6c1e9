"""A Content Security Policy as strict as htmx and a page's own scripts allow."""

from asgiref.sync import iscoroutinefunction
from django.utils.decorators import sync_and_async_middleware

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@sync_and_async_middleware
def content_security_policy(get_response):
    """Give every response the policy."""

    def protect(response):
        response.headers["Content-Security-Policy"] = POLICY
        return response

    async def on_loop(request):
        return protect(await get_response(request))

    def blocking(request):
        return protect(get_response(request))

    return on_loop if iscoroutinefunction(get_response) else blocking
