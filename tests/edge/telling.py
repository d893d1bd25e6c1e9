"""What Logto tells of a person, chosen by a test or recorded with a real one."""

import json
from pathlib import Path

RECORDINGS = Path(__file__).parents[1] / "recordings"


def recorded(name):
    (path,) = RECORDINGS.glob(f"*/{name}*json")
    return json.loads(path.read_text())["response"]["body"]


def tells(logto, **claims):
    """Let userinfo tell these claims, and not those that are None."""
    told = {name: value for name, value in claims.items() if value is not None}
    logto.forge_userinfo = lambda document: {
        **{name: item for name, item in document.items() if name not in claims},
        **told,
    }


def social(user_id, **details):
    return {"userId": user_id, "details": {"id": user_id, **details}}


def linked():
    """Return the ids at providers that are linked now, by target."""
    from logto_auth.models import LinkedIdentity

    return dict(
        LinkedIdentity.objects.filter(unlinked_at=None).values_list(
            "target", "provider_user_id"
        )
    )
