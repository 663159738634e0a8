"""Reaching a scheduler: within some seconds, or until a person no longer wants to."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import socket
import threading
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

from nn_tui.errors import RunError, UsageError

Result = TypeVar("Result")
LOOK = 0.05
"""Seconds between two looks at whether to stop."""
SAME = ("dask", "distributed")
"""Packages of which the scheduler needs the same versions as its client."""


def in_time(call: Callable[[], Result], seconds: float, stop: Callable[[], bool]) -> Result:
    """Return what a call gives, which runs in a thread of its own and may hang.

    Args:
        call: what is done.
        seconds: how long it may take.
        stop: asked often whether to wait no longer.

    Raises:
        TimeoutError: it took longer; its thread is left behind.
        KeyboardInterrupt: `stop` said so.
    """
    came: queue.SimpleQueue[tuple[Result | None, BaseException | None]] = queue.SimpleQueue()

    def work() -> None:
        try:
            came.put((call(), None))
        except BaseException as error:  # raised where the call is waited for
            came.put((None, error))

    threading.Thread(target=work, name="reaching", daemon=True).start()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(queue.Empty):
            result, error = came.get(timeout=LOOK)
            if error is not None:
                raise error
            return result  # type: ignore[return-value]  # there is one where there is no error
        if stop():
            raise KeyboardInterrupt
    raise TimeoutError


def require_scheduler(address: str, seconds: float, stop: Callable[[], bool]) -> None:
    """See that a Dask scheduler of the same version answers at an address.

    Dask itself waits for ever where something else listens there.

    Args:
        address: as `tcp://127.0.0.1:8786`.
        seconds: how long to wait for an answer.
        stop: asked often whether to wait no longer.

    Raises:
        UsageError: it is no address.
        RunError: nothing listens there, it is no scheduler, or one of other versions; says which.
        KeyboardInterrupt: `stop` said so.
    """
    start = "Start one with `dask scheduler`, or leave --scheduler out."
    try:
        host, port = _place(address)
    except ValueError as error:
        raise UsageError(
            f"{address!r} is no address of a scheduler: {error}.", "For example tcp://127.0.0.1:8786."
        ) from None
    try:
        theirs = in_time(lambda: asyncio.run(_versions(address, seconds)), seconds + 1, stop)
        packages: dict[str, Any] = theirs["packages"]
    except Exception as error:  # whatever is made of an answer that is none
        told = _refusal(host, port) or "something listens there that is no Dask scheduler"
        if isinstance(error, ImportError):
            told = str(error)
        raise RunError(f"The scheduler at {address} cannot be reached: {told}.", start) from None
    own = import_module("distributed.versions").get_versions()["packages"]
    differing = [name for name in SAME if packages.get(name) != own[name]]
    if _minor(packages.get("python")) != _minor(own["python"]):
        differing.append("python")
    if differing:
        told = ", ".join(f"{name} {packages.get(name)} (here {own[name]})" for name in differing)
        raise RunError(
            f"The scheduler at {address} has other versions: {told}.", "Install the same on all machines."
        )


async def _versions(address: str, seconds: float) -> Any:
    comm = await asyncio.wait_for(_connect(address, seconds), seconds)
    try:
        await comm.write({"op": "versions", "reply": True})
        return await asyncio.wait_for(comm.read(), seconds)
    finally:
        comm.abort()


async def _connect(address: str, seconds: float) -> Any:
    return await import_module("distributed.comm").connect(address, timeout=seconds)


def _place(address: str) -> tuple[str, int]:
    """Return the host and the port of an address.

    Raises:
        ValueError: it has none, or Dask knows no such way to connect.
    """
    addressing = import_module("distributed.comm.addressing")
    scheme, place = addressing.parse_address(address)
    import_module("distributed.comm.registry").get_backend(scheme)
    if scheme == "inproc":
        raise ValueError("another process cannot be reached by it")
    with contextlib.suppress(ValueError):
        host, port = addressing.parse_host_port(place)
        if host and 0 < port < 65536:
            return str(host), int(port)
    raise ValueError("a host and a port from 1 to 65535 are needed")


def _refusal(host: str, port: int) -> str:
    """Say why nothing can be connected to at all; empty where something listens."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except TimeoutError:
        return "nothing answers there"
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return ""


def _minor(version: Any) -> list[str]:
    """Return the part of Python's version that decides what one process can read of another."""
    return str(version).split(".")[:2]
