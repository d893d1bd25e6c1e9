"""Pages that a site could have."""

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required, user_passes_test
from django.http import HttpResponse, JsonResponse


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
