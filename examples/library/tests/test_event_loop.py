"""The async page with Django's async client; needs pytest-asyncio."""

from django.contrib.auth import get_user_model


async def test_a_member_sees_the_organizations(async_client, logto_sign_in):
    await logto_sign_in(async_client, username="alice", organizations=["readers"])
    response = await async_client.get("/loans/")
    assert response.json() == {"organizations": ["readers"]}
    assert await get_user_model().objects.acount() == 1


async def test_nobody_is_left_from_another_test(async_client, logto_sign_in):
    await logto_sign_in(async_client, username="bob")
    assert await get_user_model().objects.acount() == 1


async def test_a_member_goes_through_logto(async_client, logto_visitor):
    response = await logto_visitor.enter(async_client, "/members/", "olivia")
    assert "Welcome, Olivia Okafor" in response.text
