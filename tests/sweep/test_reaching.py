"""A scheduler's address: what answers there, what does not, and a person who no longer waits."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from nn_tui.errors import RunError, UsageError
from nn_tui.experiment.headless import never
from nn_tui.sweep import reaching
from nn_tui.sweep.reaching import in_time, require_scheduler

pytest.importorskip("distributed", reason="needs the extra `sweep`")
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.xdist_group("dask")]


@contextmanager
def listening(answer: bytes) -> Iterator[str]:
    """Give the address of what says something to whoever comes, or nothing, and keeps the line open."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken: list[socket.socket] = []

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    taken.append(server.accept()[0])
                    taken[-1].sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        for one in taken:
            one.close()


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9.9\r\n", b"\xff" * 4000, b"\0" * 4000],
    ids=["silent", "http", "ssh", "ones", "zeros"],
)
def test_what_is_no_scheduler_is_one_clear_line_in_time(answer: bytes) -> None:
    with listening(answer) as address, pytest.raises(RunError) as caught:
        require_scheduler(address, 0.5, never)
    assert str(caught.value) == (
        f"The scheduler at {address} cannot be reached: something listens there that is no Dask scheduler. "
        "Start one with `dask scheduler`, or leave --scheduler out."
    )


def test_a_closed_port_is_told_as_such() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(RunError, match=f"tcp://127.0.0.1:{port} cannot be reached: connection refused"):
        require_scheduler(f"tcp://127.0.0.1:{port}", 0.5, never)


@pytest.mark.parametrize(
    "address",
    [
        "tcp://",
        "tcp://a",
        "tcp://a:b",
        "tcp://:1",
        "tcp://a:0",
        "tcp://a:65536",
        "http://a:1",
        "inproc://a:1",
    ],
)
def test_what_is_no_address_is_refused_at_once(address: str) -> None:
    with pytest.raises(UsageError, match="no address of a scheduler"):
        require_scheduler(address, 60, never)


def test_who_no_longer_waits_leaves_at_once() -> None:
    asked: list[int] = []
    with listening(b"") as address, pytest.raises(KeyboardInterrupt):
        require_scheduler(address, 60, lambda: len(asked) > 2 or bool(asked.append(1)))


@pytest.mark.parametrize(
    ("packages", "told"),
    [
        ({"distributed": "2020.1"}, "distributed 2020.1 (here "),
        ({"dask": None}, "dask None (here "),
        ({"python": "3.7.1"}, "python 3.7.1 (here "),
    ],
)
def test_a_scheduler_of_other_versions_is_refused_with_both(
    packages: dict[str, Any], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed.versions import get_versions

    own = get_versions()["packages"]

    async def answer(address: str, seconds: float) -> Any:
        return {"packages": {**own, **packages}}

    monkeypatch.setattr(reaching, "_versions", answer)
    with pytest.raises(RunError, match="has other versions") as caught:
        require_scheduler("tcp://127.0.0.1:8786", 1, never)
    assert told in str(caught.value)
    packages.clear()
    require_scheduler("tcp://127.0.0.1:8786", 1, never)


def test_a_call_gives_its_result_or_its_error() -> None:
    def fail() -> None:
        raise OSError("full")

    assert in_time(lambda: 7, 10, never) == 7
    with pytest.raises(OSError, match="full"):
        in_time(fail, 10, never)
    hanging = threading.Event()
    with pytest.raises(TimeoutError):
        in_time(hanging.wait, 0.1, never)
    hanging.set()
