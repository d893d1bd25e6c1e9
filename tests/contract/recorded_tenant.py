"""The tenant of the recordings: its applications, people, API and organization."""

from __future__ import annotations

from dataclasses import dataclass

from logto_auth.testing import (
    Application,
    Identity,
    Organization,
    Person,
    Resource,
    Simulator,
)

PREFIX = "LOGTO_CONTRACT_"
ENDPOINT = "http://localhost:3001"
REDIRECT_URI = "http://localhost:8000/logto/callback/"
OTHER_REDIRECT_URI = "http://localhost:8000/callback"
POST_LOGOUT_REDIRECT_URI = "http://localhost:8000/"
API = "https://api.example.com"
MACHINE_API = "https://default.logto.app/api"
WONDERLAND = Organization(
    "b2s2lb8taqcg",
    "Wonderland",
    roles=["org-admin"],
    description="Down the rabbit hole",
)


def upstream_identity(username: str, name: str, *, nonce: str, iat: int) -> Identity:
    """Return what the recorded "my-oidc" said of an account at ``iat``."""
    user_id = f"up-{username}"
    email = f"{username}@upstream.example"
    avatar = f"https://upstream.example/{username}.png"
    return Identity(
        user_id,
        {
            "id": user_id,
            "name": name,
            "email": email,
            "avatar": avatar,
            "rawData": {
                "aud": "logto-at-upstream",
                "exp": iat + 600,
                "iat": iat,
                "iss": "http://127.0.0.1:9998",
                "sub": user_id,
                "name": name,
                "email": email,
                "nonce": nonce,
                "picture": avatar,
                "email_verified": True,
            },
        },
    )


ALICE = Person(
    username="alice",
    password="secret of alice",
    sub="2w0cu3csv1gp",
    name="Alice Liddell",
    given_name="Alice",
    family_name="Liddell",
    email="alice@example.com",
    phone="15551234567",
    picture="https://example.com/alice.png",
    profile={"nickname": "al", "zoneinfo": "Europe/London", "locale": "en-GB"},
    roles=["librarian"],
    organizations=[WONDERLAND],
    identities={"huggingface": Identity("hf-sub-1b", {"id": "hf-sub-1b"})},
    custom_data={"plan": "gold"},
)
BOB = Person(
    username="bob",
    password="secret of bob",
    sub="8spmax323yhf",
    name="Bob",
    email="bob@example.com",
)
SOCIAL_BOB = Person(
    username="bob_upstream",
    password="secret of another bob",
    sub="vfxe36lhcdkc",
    name="Bob Upstream",
    email="bob@upstream.example",
    picture="https://upstream.example/bob.png",
    identities={
        "my-oidc": upstream_identity(
            "bob", "Bob Upstream", nonce="jzt7i74c8xq3zsyi7ocu1", iat=1795249209
        )
    },
)


@dataclass(frozen=True)
class Client:
    """An application, as far as it knows itself; a public one has no secret."""

    app_id: str
    secret: str
    redirect_uri: str


# By what begins the names of its variables; "" is the one that most tests use.
CLIENTS = {
    "": Client("6hh4gamiq5ev8ycu8e5dt", "a secret", REDIRECT_URI),
    "THIRD_PARTY_": Client("spzdzltpaoacym6pj1wo3", "another", OTHER_REDIRECT_URI),
    "SPA_": Client("2jfjv1tvuv90xl2axj5na", "", OTHER_REDIRECT_URI),
    "MACHINE_": Client("qh8mp65r85eitrwsboigb", "of a machine", ""),
    "IDLE_MACHINE_": Client("j8vp2rn7hueaq1rn76nw8", "of an idle one", ""),
}
# The other settings of a server that the contract tests can talk to.
SETTINGS = {
    "POST_LOGOUT_REDIRECT_URI": POST_LOGOUT_REDIRECT_URI,
    "USERNAME": ALICE.username,
    "PASSWORD": ALICE.password,
    "RESOURCE": API,
    "MACHINE_RESOURCE": MACHINE_API,
    "ORGANIZATION_ID": WONDERLAND.id,
}


def variables(endpoint: str) -> dict[str, str]:
    """Return the environment in which ``endpoint`` is the recorded tenant."""
    found = {"ENDPOINT": endpoint, **SETTINGS}
    for name, client in CLIENTS.items():
        found[f"{name}APP_ID"] = client.app_id
        found[f"{name}APP_SECRET"] = client.secret
        found[f"{name}REDIRECT_URI"] = client.redirect_uri
    return {f"{PREFIX}{name}": value for name, value in found.items() if value}


def recorded_tenant() -> Simulator:
    """Return a simulator that is set up like the Logto of the recordings."""
    mine, third_party, spa, machine, idle_machine = CLIENTS.values()
    return Simulator(
        applications=[
            Application(
                mine.app_id,
                mine.secret,
                (mine.redirect_uri, OTHER_REDIRECT_URI),
                (POST_LOGOUT_REDIRECT_URI,),
            ),
            Application(
                third_party.app_id,
                third_party.secret,
                (third_party.redirect_uri,),
                name="third-party-test",
                third_party=True,
            ),
            Application(spa.app_id, "", (spa.redirect_uri,), type="SPA"),
            Application(
                machine.app_id,
                machine.secret,
                (),
                type="MachineToMachine",
                roles=["Logto Management API access"],
            ),
            Application(
                idle_machine.app_id, idle_machine.secret, (), type="MachineToMachine"
            ),
        ],
        people=[ALICE, BOB, SOCIAL_BOB],
        resources=[
            Resource(
                API,
                scopes={"read:books": ["librarian"], "write:books": ["librarian"]},
                organization_scopes={"read:books": ["org-admin"]},
            ),
            Resource(MACHINE_API, scopes={"all": ["Logto Management API access"]}),
            Resource(
                "urn:logto:resource:organizations",
                organization_scopes={"invite:member": ["org-admin"]},
            ),
        ],
    )
