"""Host names: looked up beside whoever waits, because a lookup cannot be cut.

``getaddrinfo`` may hang for half a minute. It does so in a thread that nobody waits for
longer than they like, neither a visitor nor a process or event loop that ends. Whoever
asks for the same name meanwhile waits for the same lookup, so that threads do not pile
up. Nothing is remembered once it has ended.
"""

from __future__ import annotations

import os
import socket
import threading
from concurrent.futures import Future
from functools import partial
from ipaddress import ip_address

Addresses = list[str]

_lock = threading.Lock()
_under_way: dict[tuple[str, int], Future[Addresses]] = {}


def lookup(host: str, port: int) -> Future[Addresses]:
    """Return the future addresses of ``host``, in the order in which to try them.

    The future raises what ``getaddrinfo`` does, ``gaierror`` too where that finds none.
    Cancelling it has no effect, because it may be somebody else's too.
    """
    future: Future[Addresses] = Future()
    if _is_address(host):
        future.set_result([host])
        return future
    with _lock:
        others = _under_way.get((host, port))
        if others is not None:
            return others
        future.set_running_or_notify_cancel()
        _under_way[host, port] = future
    look_up = partial(_look_up, host, port, future)
    try:
        threading.Thread(target=look_up, name="logto lookup", daemon=True).start()
    except RuntimeError:  # there are no more threads, or the process is about to end
        look_up()
    return future


def _look_up(host: str, port: int, future: Future[Addresses]) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "the name has no address")
    except BaseException as error:  # noqa: BLE001 - for those who wait
        _forget(host, port)
        future.set_exception(error)
    else:
        _forget(host, port)
        future.set_result(list(dict.fromkeys(str(address[0]) for *_, address in found)))


def _forget(host: str, port: int) -> None:
    with _lock:
        _under_way.pop((host, port), None)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _forget_all() -> None:
    """Forget the lookups of the parent process, whose threads a child has not."""
    global _lock
    _lock = threading.Lock()
    _under_way.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
