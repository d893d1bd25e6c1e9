"""What stands before the simulator: relays to it, with TLS or without."""

import socket
import ssl

from tests.unit.transport.local_server import Server, answer

_HANDSHAKE = b"\x16"


class Front(Server):
    """A proxy that closes each connection after one answer.

    Args:
        port: Where the simulator listens.

    Attributes:
        context: The TLS settings; without, it answers a handshake in plain HTTP.
        replies: Functions that answer instead of the simulator, by the path's end.
        after: What happens before the answer of a path leaves, by the path's end.
    """

    def __init__(self, port):
        super().__init__(self._relayed)
        self.simulator = ("127.0.0.1", port)
        self.context = None
        self.replies = {}
        self.after = {}

    def use(self, certificate):
        """Show this certificate from now on."""
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)

    def wrap(self, connection):
        """Begin TLS where the client does; the tests' visitor speaks plain HTTP."""
        if connection.recv(1, socket.MSG_PEEK) != _HANDSHAKE:
            return connection
        if self.context is None:
            connection.sendall(answer())
            raise ConnectionAbortedError
        return self.context.wrap_socket(connection, server_side=True)

    def _relayed(self, received, connection):
        head, _, body = received.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        path = lines[0].split()[1].partition(b"?")[0].decode()
        for end, reply in self.replies.items():
            if path.endswith(end):
                return reply(received, connection)
        kept = [line for line in lines if not line.lower().startswith(b"connection:")]
        with socket.create_connection(self.simulator) as onward:
            onward.sendall(b"\r\n".join([*kept, b"Connection: close", b"", body]))
            relayed = b"".join(iter(lambda: onward.recv(65536), b""))
        for end, then in self.after.items():
            if path.endswith(end):
                then()
        connection.sendall(relayed)
        return None
