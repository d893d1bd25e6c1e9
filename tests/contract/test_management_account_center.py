"""The account center through the Management API."""

import pytest

recording = pytest.mark.recording


@recording("060", "061", "599")
def test_people_may_change_what_they_are_let(administrator):
    administrator.same("060", "061", "599")


def test_a_setting_is_replaced_as_a_whole(administrator):
    administrator.replay("061-patch-account-center")
    answer = administrator.send(
        "PATCH", "/api/account-center", json={"fields": {"social": "ReadOnly"}}
    )
    assert answer.json()["fields"] == {"social": "ReadOnly"}
    assert answer.json()["enabled"] is True


def test_another_word_than_logtos_is_refused(administrator, simulator):
    answer = administrator.send(
        "PATCH", "/api/account-center", json={"fields": {"social": "Yes"}}
    )
    assert answer.json()["code"] == "guard.invalid_input"
    assert simulator.account_center.settings["fields"] == {}
