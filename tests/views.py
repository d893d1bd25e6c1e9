"""Pages that a site could have."""

import hashlib
import time

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required, user_passes_test
from django.http import HttpResponse, JsonResponse

from logto_auth.models import LogtoSession


def home(request):
    return HttpResponse("home")


@login_required
def protected(request):
    return JsonResponse(
        {"user": request.user.get_username(), "claims": dict(request.logto.claims)}
    )


@user_passes_test(lambda user: user.is_staff)
def staff(request):
    return HttpResponse("staff")


def change_password(request):
    request.user.set_password("new")
    request.user.save()
    update_session_auth_hash(request, request.user)
    return HttpResponse("changed")


async def aprotected(request):
    user = await request.auser()
    return JsonResponse(
        {
            "user": user.get_username(),
            "claims": dict(await user.logto.aclaims()),
            "same": user.logto is request.logto,
        }
    )


def _answer_about(request, token):
    """Tell which token it is, without telling it; then fail where that is wanted."""
    if "fail" in request.GET:
        raise RuntimeError("the view failed after it had its token")
    digest = hashlib.sha256(token.encode()).hexdigest()
    return JsonResponse({"token": digest, "claims": dict(request.logto.claims)})


def token(request):
    """Use an access token as a page does that calls an API."""
    query = request.GET
    time.sleep(float(query.get("pause", 0)))
    wanted = query.get("resource"), query.get("organization")
    return _answer_about(request, request.logto.get_access_token(*wanted))


async def atoken(request):
    query = request.GET
    wanted = query.get("resource"), query.get("organization")
    token = await request.logto.aget_access_token(*wanted)
    await request.logto.aclaims()
    return _answer_about(request, token)


def userinfo(request):
    return JsonResponse(dict(request.logto.fetch_userinfo()))


async def auserinfo(request):
    return JsonResponse(dict(await request.logto.afetch_userinfo()))


def clear_tokens(request):
    request.logto.clear_access_tokens()
    return HttpResponse("cleared")


async def aclear_tokens(request):
    await request.logto.aclear_access_tokens()
    return HttpResponse("cleared")


def cart(request):
    """Save what was read before somebody else got new tokens, as a slow page does."""
    items = request.session.get("cart", [])
    if "item" in request.GET:
        row = LogtoSession.objects.filter(session_key=request.session.session_key)
        version = row.get().version
        ends_at = time.monotonic() + 20
        while row.get().version == version and time.monotonic() < ends_at:
            time.sleep(0.005)
        items = request.session["cart"] = [*items, int(request.GET["item"])]
    return JsonResponse({"cart": items})
