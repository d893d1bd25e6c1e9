"""What a test can ask the simulator for, to see that it shows nowhere."""


def test_everything_secret_of_a_sign_in_is_written_down(simulator, client, visitor):
    tokens = client.tokens(visitor, scope="openid offline_access", prompt="consent")
    kinds = set(simulator.secrets.values())
    assert kinds >= {"code", "code_verifier", "state", "client_secret"}
    for name in ("access_token", "refresh_token", "id_token"):
        assert simulator.secrets[tokens[name]] == name
    assert simulator.secrets[simulator.application.secret] == "client_secret"


def test_what_a_refusal_is_called_is_no_secret(simulator, client):
    client.post("/oidc/token", {"grant_type": "authorization_code", "code": "made-up"})
    kinds = set(simulator.secrets.values())
    assert simulator.secrets["made-up"] == "code"
    assert kinds == {"code", "client_secret"}
    assert "invalid_grant" not in simulator.secrets


def test_they_are_forgotten_with_everything_else(simulator, client, visitor):
    client.tokens(visitor)
    simulator.forget_calls()
    assert simulator.secrets
    simulator.reset()
    assert simulator.secrets == {}
