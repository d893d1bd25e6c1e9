"""Whoever sets a tenant up through the Management API, as it was once recorded."""

import httpx2

from .recordings import load, names


class Administrator:
    """Sends recorded requests with a machine's token and compares the answers.

    The ids that the server gives to what is made stand for the recorded ones from then
    on. ``server`` and ``comparison`` are those of the contract tests.
    """

    def __init__(self, server, comparison):
        self._server = server
        self._comparison = comparison
        machine = server.application("MACHINE_")
        tokens = server.client_credentials(
            machine, resource=server.setting("MACHINE_RESOURCE"), scope="all"
        )
        self.token = tokens.json()["access_token"]

    def send(self, method, path, **more):
        """Send a request that is not recorded."""
        with httpx2.Client(base_url=self._server.endpoint) as client:
            headers = {"Authorization": f"Bearer {self.token}"}
            return client.request(method, path, headers=headers, **more)

    def replay(self, name, **more):
        """Send one recorded request, with ``more`` in its body."""
        request = load(name)["request"]
        body = self._actual(request.get("json"))
        if more:
            body |= more
        return self.send(
            request["method"],
            self._server.actual(request["path"]),
            params=request.get("query"),
            json=body,
        )

    def same(self, *prefixes):
        """Send what was recorded, in order, and compare each answer."""
        for prefix in prefixes:
            for name in names(prefix):
                answer = self.replay(name)
                self._learn(load(name), answer)
                self._comparison.check(name, answer)

    def _learn(self, recording, answer):
        told = recording["response"]["body"]
        if answer.is_success and answer.content and told:
            pairs = zip(_listed(told), _listed(answer.json()), strict=False)
            for recorded, own in pairs:
                is_new = recording["request"]["method"] == "POST"
                if is_new or recorded["id"] not in self._server.replaced:
                    self._server.replaced[recorded["id"]] = own["id"]

    def _actual(self, value):
        if isinstance(value, dict):
            return {name: self._actual(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._actual(item) for item in value]
        return self._server.actual(value) if isinstance(value, str) else value


def _listed(document):
    documents = document if isinstance(document, list) else [document]
    return [item for item in documents if "id" in item]
