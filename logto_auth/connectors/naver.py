"""Signing in with Naver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from ..errors import Text
from .connector import ClientConnector


@dataclass(frozen=True, kw_only=True)
class NaverConnector(ClientConnector):
    """Logto's connector for Naver, which has no scope: Naver's console decides."""

    factory_id = "naver-universal"
    title = "Naver"
    target = "naver"
    page: ClassVar[str] = "naver"
    traps: ClassVar[tuple[Text, ...]] = (
        _("The developers' site is in Korean only."),
        _("Until Naver has reviewed the application, only its testers can sign in."),
        _(
            "There is no scope: what Naver tells is what its console makes necessary, "
            "and what is optional there is not sent."
        ),
        _("Both PC Web and Mobile Web need the callback URL."),
        _("Logto stores no tokens of this connector."),
        _("The e-mail address need not be verified: join no accounts by it."),
    )
    steps: ClassVar[tuple[Text, ...]] = (
        _(
            "Sign in at https://developers.naver.com and open Application > "
            "애플리케이션 등록 (register an application)."
        ),
        _(
            "애플리케이션 이름 (application name): the name of your site, which people "
            "see when they sign in."
        ),
        _("사용 API (API usage): 네이버 로그인 (Naver Login)."),
        _(
            "권한 (permissions): mark 이메일 주소 (e-mail address), 별명 (nickname) "
            "and 프로필 사진 (profile image) as 필수 (necessary)."
        ),
        _(
            "로그인 오픈 API 서비스 환경 (service environment): add PC 웹 (PC Web) and "
            "모바일 웹 (Mobile Web)."
        ),
        _("In both, 서비스 URL (service URL): %(service_url)s"),
        _("In both, 네이버 로그인 Callback URL: %(callback_url)s"),
        _(
            "애플리케이션 정보 (application info): Client ID goes into client_id, "
            "Client Secret into client_secret."
        ),
        _("멤버관리 (member management): add who is to test it."),
        _(
            "API 설정 (API setting) > 애플리케이션 개발 상태 (development status): ask "
            "for Naver's review before you go live."
        ),
    )
