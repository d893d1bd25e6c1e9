"""Connectors through the Management API: what is made, and what is refused."""

import httpx2
import pytest

from .recordings import load

recording = pytest.mark.recording
UTF_8 = {"Content-Type": "application/json; charset=utf-8"}


@recording("100")
def test_each_kind_says_what_it_asks_for(administrator, same):
    recorded = load("100-get-connector-factories")["response"]["body"]
    answer = administrator.send("GET", "/api/connector-factories")
    by_id = {entry["id"]: entry for entry in answer.json()}
    entries = [by_id[entry["id"]] for entry in recorded]
    same("100", httpx2.Response(answer.status_code, json=entries, headers=UTF_8))


@recording("101", "102")
def test_one_kind_says_the_same(administrator):
    administrator.same("101", "102")


@recording("103", "110", "111", "112", "113", "114", "115", "116", "117")
def test_what_cannot_be_is_refused_and_not_made(administrator, bare):
    administrator.same("103", "110", "111", "112", "113", "114", "115", "116", "117")
    assert bare.connectors == {}


@recording("120", "121", "122", "123")
def test_four_are_made(administrator, bare):
    administrator.same("120", "121", "122", "123")
    assert len({len(key) for key in bare.connectors}) == 1


@recording("126", "127", "128", "129")
def test_they_are_listed_and_found(administrator, four):
    administrator.same("126", "127", "128", "129")


@recording("115b", "124", "125", "131")
def test_a_second_one_and_a_wrong_change_are_refused(administrator, four):
    before = {key: vars(item).copy() for key, item in four.connectors.items()}
    administrator.same("115b", "124", "125", "131")
    assert {key: vars(item) for key, item in four.connectors.items()} == before


@recording("130", "780")
def test_a_configuration_is_replaced_as_a_whole(administrator, four):
    administrator.same("130", "780")


@recording("144", "145")
def test_mail_and_messages_have_one_connector_each(administrator, bare):
    administrator.same("144", "145")
    administrator.replay("144-post-connectors-mock-email")
    assert sorted(item.factory.type for item in bare.connectors.values()) == [
        "Email",
        "Sms",
    ]


@recording("710", "711", "712", "713")
def test_one_is_made_with_an_id_of_choice_and_deleted(administrator, four):
    administrator.same("710", "711", "712", "713")
    assert len(four.connectors) == 4
