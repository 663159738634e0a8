"""Speed of the engine beside the frameworks: `python -m tests.benchmarks.engine`.

Every contender lives in a process of its own, with the same number of threads, and trains one
round when it is told to; the others wait. Rounds go in turn, so that whatever else the machine does
falls on all of them. A ratio is taken within a round, and the table shows the median of the ratios with the
smallest and the largest: 30 means that the other needs 30 times our time. Compiling and warming up
are not timed. Contenders that are not installed are left out and named.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from tests.benchmarks.contenders import NAMES
from tests.benchmarks.workloads import WORKLOADS, Workload

Round = dict[str, float]


def serve(pipe: Connection, name: str, workload_name: str) -> None:
    """Be one contender: prepare, then train a round each time something is received."""
    try:
        contender = import_module(f"tests.benchmarks.contenders.{name}")
        run = contender.prepare(WORKLOADS[workload_name])
    except ImportError as error:
        pipe.send(str(error))
        return
    pipe.send("" if run else "does not apply")
    while run and pipe.recv():
        started = time.perf_counter()
        run()
        seconds = time.perf_counter() - started
        pipe.send((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def measure(workload: Workload, rounds: int, names: Sequence[str]) -> dict[str, Any]:
    """Measure one workload: seconds, ratios, samples a second and memory of every contender."""
    context = multiprocessing.get_context("spawn")
    pipes: dict[str, Connection] = {}
    missing: dict[str, str] = {}
    for name in names:
        pipe, other_end = context.Pipe()
        process = context.Process(target=serve, args=(other_end, name, workload.name), daemon=True)
        process.start()
        told = pipe.recv()
        if told:
            missing[name] = told
        else:
            pipes[name] = pipe
    seconds: dict[str, list[float]] = {name: [] for name in pipes}
    memory: dict[str, float] = {}
    for turn in range(rounds):
        order = list(pipes) if turn % 2 == 0 else list(pipes)[::-1]
        for name in order:
            pipes[name].send(True)
            spent, memory[name] = pipes[name].recv()
            seconds[name].append(spent)
    for pipe in pipes.values():
        pipe.send(False)
    ours = seconds["nn_tui"]
    samples = workload.rows * workload.epochs
    return {
        "workload": workload.name,
        "text": workload.text,
        "missing": missing,
        "contenders": {
            name: {
                "seconds": statistics.median(times),
                "samples_per_second": samples / statistics.median(times),
                "ratio": statistics.median(_ratios(times, ours)),
                "lowest": min(_ratios(times, ours)),
                "highest": max(_ratios(times, ours)),
                "peak_memory_mb": memory[name],
            }
            for name, times in seconds.items()
        },
        "our_gflops": workload.flops_per_sample * samples / statistics.median(ours) / 1e9,
    }


def whole_process(rounds: int) -> dict[str, Any]:
    """Measure workload A as a whole process, imports included, for those who are installed."""
    programs = {
        name: f"from tests.benchmarks.contenders import {name} as one\n"
        "from tests.benchmarks.workloads import WORKLOADS\n"
        "import dataclasses\n"
        "work = dataclasses.replace(WORKLOADS['A'], epochs=19)\n"
        "one.prepare(work)()"
        for name in ("nn_tui", "torch", "sklearn", "keras_jax")
    }
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            started = time.perf_counter()
            done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
            if done.returncode == 0:
                seconds[name].append(time.perf_counter() - started)
    ours = seconds["nn_tui"]
    return {
        name: {
            "seconds": statistics.median(times),
            "ratio": statistics.median(_ratios(times, ours)),
        }
        for name, times in seconds.items()
        if len(times) == rounds
    }


def gemm_peak(threads: int) -> float:
    """Give this machine's matrix product in GFLOP/s, float32, with this many threads."""
    import numpy as np
    from threadpoolctl import threadpool_limits

    threadpool_limits(threads, user_api="blas")

    size = 1024
    one, other = (np.ones((size, size), np.float32) for _ in range(2))
    out = np.empty_like(one)
    best = float("inf")
    for _ in range(8):
        started = time.perf_counter()
        np.matmul(one, other, out=out)
        best = min(best, time.perf_counter() - started)
    return 2 * size**3 / best / 1e9


def _ratios(times: Sequence[float], ours: Sequence[float]) -> list[float]:
    return [other / own for other, own in zip(times, ours, strict=True)]


def table(results: Sequence[dict[str, Any]], peak: float) -> str:
    """Write the results for a person."""
    lines = [
        "| workload | contender | time / ours (min-max) | samples/s | peak MB |",
        "|---|---|---|---|---|",
    ]
    for result in results:
        for name, row in result["contenders"].items():
            ratio = f"{row['ratio']:.2f} ({row['lowest']:.2f}-{row['highest']:.2f})"
            share = f" ({result['our_gflops'] / peak:.0%} of GEMM peak)" if name == "nn_tui" else ""
            lines.append(
                f"| {result['workload']} | {name} | {ratio} | "
                f"{row['samples_per_second']:,.0f}{share} | {row['peak_memory_mb']:.0f} |"
            )
        for name, why in result["missing"].items():
            lines.append(f"| {result['workload']} | {name} | - | {why} | |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workloads", nargs="*", help=f"of {', '.join(WORKLOADS)}; default all")
    parser.add_argument("--rounds", type=int, default=5, help="how often each trains; default 5")
    parser.add_argument("--threads", type=int, default=1, help="for everybody; default 1")
    parser.add_argument("--only", nargs="*", default=NAMES, help="which contenders")
    parser.add_argument("--whole", action="store_true", help="also whole processes on A")
    parser.add_argument("--json", action="store_true", help="for machines")
    options = parser.parse_args(arguments)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(options.threads)
    os.environ["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen={'true' if options.threads > 1 else 'false'}"
    names = list(dict.fromkeys(["nn_tui", *options.only]))
    chosen = [WORKLOADS[name] for name in options.workloads or WORKLOADS]
    results = [measure(workload, options.rounds, names) for workload in chosen]
    whole = whole_process(options.rounds) if options.whole else {}
    peak = gemm_peak(options.threads)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, {options.threads} thread(s) each"
    if options.json:
        document = {"machine": machine, "peak": peak, "results": results, "whole": whole}
        print(json.dumps(document))
        return
    print(f"{machine}, Python {platform.python_version()}, GEMM peak {peak:.0f} GFLOP/s\n")
    print(table(results, peak))
    for name, row in whole.items():
        print(f"whole process, A: {name} {row['seconds']:.2f} s, {row['ratio']:.1f} times ours")


if __name__ == "__main__":
    main()
