"""The same without pytest: ``python manage.py test``."""

from django.contrib.auth import get_user_model
from django.test import LiveServerTestCase, TestCase

from logto_auth.testing import LogtoSimulatorMixin, LogtoTestMixin


class MembersTest(LogtoTestMixin, TestCase):
    def test_members_see_the_page(self):
        self.logto_sign_in(username="alice", name="Alice")
        self.assertContains(self.client.get("/members/"), "Welcome, Alice")

    def test_readers_are_refused_at_the_desk(self):
        self.logto_sign_in(roles=["reader"])
        self.assertEqual(self.client.get("/desk/").status_code, 403)

    async def test_a_member_sees_the_organizations(self):
        await self.alogto_sign_in(organizations=["readers"])
        response = await self.async_client.get("/loans/")
        self.assertEqual(response.json(), {"organizations": ["readers"]})


class WholeSignInTest(LogtoSimulatorMixin, TestCase):
    def test_a_member_signs_in_and_comes_back_to_the_page(self):
        response = self.logto_visitor.enter(self.client, "/members/", "alice")
        self.assertContains(response, "Welcome, Alice Liddell")

    def test_somebody_new_is_one_more_user(self):
        self.logto_visitor.enter(self.client, "/members/", "noel")
        self.assertEqual(get_user_model().objects.count(), 1)


class LiveSiteTest(LogtoSimulatorMixin, LiveServerTestCase):
    def test_a_browser_signs_in(self):
        page = self.logto_visitor.enter(self.live_server_url, "/members/", "alice")
        self.assertIn("Welcome, Alice Liddell", page.text)
