"""A command as a person runs it: in a process of its own, at a terminal."""

import os
import pty
import re
import select
import signal
import time

from tests.edge.served import restore_interrupt

PATIENCE_SECONDS = 60
_STYLING = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


class AtATerminal:
    """A program at a pseudo-terminal; ``screen`` is what it has shown."""

    def __init__(self, command, *, cwd, env):
        self.raw = ""
        self.status = None
        self._read_to = 0
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            try:
                restore_interrupt()
                os.chdir(cwd)
                os.execvpe(str(command[0]), [str(part) for part in command], env)
            finally:
                os._exit(127)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._terminal)

    @property
    def screen(self):
        return _STYLING.sub("", self.raw).replace("\r\n", "\n")

    def answer(self, question, *answers):
        """Wait until the program asks, and type; each answer is a line."""
        self._wait_for(question)
        for answer in answers:
            os.write(self._terminal, f"{answer}\n".encode())

    def _wait_for(self, text):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := self.screen.find(text, self._read_to)) < 0:
            assert time.monotonic() < deadline, f"no {text!r} in:\n{self.screen}"
            assert self._read(), f"it ended without {text!r}:\n{self.screen}"
        self._read_to = found + len(text)

    def end(self):
        """Read until the program ends; return its exit status."""
        while self._read():
            pass
        _, status = os.waitpid(self.pid, 0)
        self.status = os.waitstatus_to_exitcode(status)
        return self.status

    def _read(self):
        ready, _, _ = select.select([self._terminal], [], [], PATIENCE_SECONDS)
        assert ready, f"it hangs after:\n{self.screen}"
        try:
            data = os.read(self._terminal, 65536)
        except OSError:
            return False  # Linux says so when the other side has gone
        self.raw += data.decode(errors="replace")
        return bool(data)
