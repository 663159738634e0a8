"""An SSH server of the test's own: on the loopback only, with its own keys, in a temporary folder."""

from __future__ import annotations

import getpass
import os
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.terminal.program import CLEAN, ROOT

CONFIGURATION = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
PidFile {folder}/pid
AuthorizedKeysFile {folder}/user.pub
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM no
PrintMotd no
PrintLastLog no
AcceptEnv COLORTERM
"""


class Server:
    """A running server.

    Args:
        folder: where its keys are.
        port: where it listens on 127.0.0.1.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port

    def command(self, *arguments: str) -> list[str]:
        """Give the command that opens nn-tui through it, as a person does: `ssh -t HOST nn-tui`."""
        told = {**CLEAN, "PYTHONPATH": str(ROOT), "NN_TUI_HOME": os.environ["NN_TUI_HOME"]}
        told.pop("TERM")  # which the client sends
        told.pop("COLORTERM")
        words = ["env", *(f"{name}={value}" for name, value in told.items())]
        words += [sys.executable, "-m", "nn_tui", *arguments]
        options = ["StrictHostKeyChecking=no", f"UserKnownHostsFile={self.folder}/known", "LogLevel=ERROR"]
        options += ["IdentitiesOnly=yes", "SendEnv=COLORTERM", "ControlMaster=no"]
        return [
            "ssh", "-F", "/dev/null", "-tt", "-p", str(self.port), "-i", f"{self.folder}/user",
            *(part for option in options for part in ("-o", option)),
            f"{getpass.getuser()}@127.0.0.1", shlex.join(words),
        ]  # fmt: skip


@contextmanager
def ssh_server(folder: Path) -> Iterator[Server]:
    """Run a server; skips the test where there is none to run."""
    sshd = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
    if sshd is None or shutil.which("ssh") is None or shutil.which("ssh-keygen") is None:
        pytest.skip("needs sshd, ssh and ssh-keygen: apt-get install openssh-server openssh-client")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where the server goes before it knows who came
    for name in ("host", "user"):
        key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(key, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    (folder / "sshd_config").write_text(CONFIGURATION.format(port=port, folder=folder))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([sshd, "-D", "-e", "-f", str(folder / "sshd_config")], stderr=log)
    try:
        deadline = time.monotonic() + 10
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.skip(f"sshd does not run here: {(folder / 'log').read_text().strip()[-300:]}")
            time.sleep(0.05)
        yield Server(folder, port)
    finally:
        process.terminate()
        process.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
