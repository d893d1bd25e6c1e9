"""The ready-made people; each shows one thing that a site has to cope with."""

from __future__ import annotations

from dataclasses import replace

from .person import Identity, Organization, Person
from .provider import ENTERPRISE, PROVIDERS

_CREATED_AT = 1795248565773

WONDERLAND = Organization(
    id="wonderlandor",
    name="Wonderland",
    description="Down the rabbit hole",
    roles=("org-admin", "org-member"),
)
LOOKING_GLASS = Organization(
    id="lookingglass", name="Looking-Glass House", roles=("org-member",)
)

_PEOPLE = (
    Person(
        username="alice",
        sub="alice0000001",
        name="Alice Liddell",
        given_name="Alice",
        family_name="Liddell",
        email="alice@example.com",
        picture="/avatars/alice.svg",
        profile={"nickname": "al", "locale": "en-GB", "zoneinfo": "Europe/London"},
        roles=("librarian", "reader"),
        custom_data={"plan": "gold"},
        shows="A plain account with an e-mail address and two roles.",
        created_at=_CREATED_AT,
    ),
    Person(
        username="sofia",
        sub="sofia0000002",
        name="Sofia Kovalevskaya",
        given_name="Sofia",
        family_name="Kovalevskaya",
        email="sofia@example.com",
        picture="/avatars/sofia.svg",
        identities={
            target: provider.identity(
                f"{target}-sofia",
                name="Sofia Kovalevskaya",
                nickname="sofia",
                email=f"sofia@{target}.example",
                avatar="/avatars/sofia.svg",
            )
            for target, provider in PROVIDERS.items()
        },
        shows="Four linked identities: Hugging Face, Facebook, Naver and My OIDC.",
        created_at=_CREATED_AT,
    ),
    Person(
        username="olivia",
        sub="olivia000003",
        name="Olivia Okafor",
        given_name="Olivia",
        family_name="Okafor",
        email="olivia@example.com",
        phone="15551234567",
        picture="/avatars/olivia.svg",
        organizations=(WONDERLAND, LOOKING_GLASS),
        shows="A member of two organizations, with roles in both, and a phone number.",
        created_at=_CREATED_AT,
    ),
    Person(
        username="emmy",
        sub="emmy00000007",
        name="Emmy Noether",
        given_name="Emmy",
        family_name="Noether",
        email=f"emmy@{ENTERPRISE.domain}",
        picture="/avatars/emmy.svg",
        sso_identities=(
            ENTERPRISE.identity(
                "emmy", name="Emmy Noether", avatar="/avatars/emmy.svg"
            ),
        ),
        shows=f"Signs in with enterprise SSO, as emmy@{ENTERPRISE.domain}.",
        created_at=_CREATED_AT,
    ),
    Person(
        username="ada",
        sub="ada000000004",
        name="Ada Lovelace",
        given_name="Ada",
        family_name="Lovelace",
        email="ada@example.com",
        picture="/avatars/ada.svg",
        roles=("admin",),
        shows="Holds the role “admin”.",
        created_at=_CREATED_AT,
    ),
    Person(
        username="jiwoo",
        sub="jiwoo0000008",
        name="Jiwoo Lee",
        given_name="Jiwoo",
        family_name="Lee",
        email="jiwoo@example.com",
        picture="/avatars/jiwoo.svg",
        identities={
            "naver": PROVIDERS["naver"].identity(
                "naver-jiwoo",
                name="Jiwoo Lee",
                nickname="jiwoo",
                email="jiwoo@naver.example",
                avatar="/avatars/jiwoo.svg",
            ),
            "facebook": PROVIDERS["facebook"].identity(
                "facebook-jiwoo",
                name="Jiwoo Lee",
                nickname="jiwoo",
                email=None,
                avatar=None,
            ),
            "huggingface": Identity("huggingface-jiwoo"),
        },
        shows="Linked at Naver, at Facebook without an e-mail address, and at Hugging "
        "Face, of which Logto kept no details.",
        created_at=_CREATED_AT,
    ),
    Person(
        username="noel",
        sub="noel00000005",
        shows="No e-mail address, no name and no picture.",
        created_at=_CREATED_AT,
    ),
    Person(
        username="sam",
        sub="sam000000006",
        name="Sam Suspended",
        email="sam@example.com",
        picture="/avatars/sam.svg",
        suspended=True,
        shows="Suspended: cannot sign in.",
        created_at=_CREATED_AT,
    ),
)

# Everybody's password is their username; an enterprise's people have none at Logto.
PEOPLE: tuple[Person, ...] = tuple(
    replace(person, password="" if person.sso_identities else person.username)
    for person in _PEOPLE
)
