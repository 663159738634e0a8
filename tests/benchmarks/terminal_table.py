"""The figures of the benchmark of the app, summed up and written for a person."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

REACH = {
    "key p95 while training, ms": 16.0,
    "key p99 while training, ms": 33.0,
    "throughput in the app / without the screen": 0.95,
    "kB a second while charts move": 16.0,
    "bytes at rest": 0.0,
    "first paint, s": 0.5,
    "resident memory, MB": 120.0,
}
MORE_IS_BETTER = ("throughput in the app / without the screen",)


def percentiles(latencies: Sequence[float]) -> dict[str, float]:
    """Give p50, p95, p99 and the largest, in milliseconds."""
    ordered = sorted(latencies)
    last = len(ordered) - 1
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: 1e3 * ordered[min(last, int(share * len(ordered)))] for name, share in shares.items()} | {
        "keys": len(ordered)
    }


def summarized(told: dict[str, Any]) -> dict[str, Any]:
    """Give the figures: of the best round and of all rounds, beside what is to be reached."""
    rounds = told["rounds"]
    kinds = ("control", "at_rest", "training")
    of_all = {kind: percentiles([one for turn in rounds for one in turn[kind]]) for kind in kinds}
    each = {kind: [percentiles(turn[kind]) for turn in rounds] for kind in kinds}
    ratios = [turn["watched"]["samples_per_second"] / turn["headless"] for turn in rounds]
    not_kept = [turn["watched"]["samples_per_second"] / turn["headless_not_kept"] for turn in rounds]
    kilobytes = [turn["bytes"]["bytes_per_second"] / 1e3 for turn in rounds]
    paints = told["start"]["first_paint"]
    values = {
        "key p95 while training, ms": (
            min(one["p95"] for one in each["training"]), of_all["training"]["p95"],
        ),
        "key p99 while training, ms": (
            min(one["p99"] for one in each["training"]), of_all["training"]["p99"],
        ),
        "throughput in the app / without the screen": (max(ratios), statistics.median(ratios)),
        "kB a second while charts move": (min(kilobytes), statistics.median(kilobytes)),
        "bytes at rest": (
            min(turn["rest_bytes"] for turn in rounds), max(turn["rest_bytes"] for turn in rounds),
        ),
        "first paint, s": (min(paints), statistics.median(paints)),
        "resident memory, MB": (told["memory_mb"], told["memory_mb"]),
    }  # fmt: skip
    watched = [turn["watched"] for turn in rounds]
    return {
        "figures": {
            name: {"best": best, "all": whole, "reach": REACH[name]}
            for name, (best, whole) in values.items()
        },
        "keys": of_all,
        "key_rounds": each,
        "throughput_ratios": ratios,
        "throughput_ratios_not_kept": not_kept,
        "samples_per_second": [one["samples_per_second"] for one in watched],
        "frames_per_second": statistics.median(one["frames_per_second"] for one in watched),
        "drawing_share": statistics.median(one["drawing_share"] for one in watched),
        "others_share": statistics.median(one["others_share"] for one in watched),
        "kilobytes_per_second": kilobytes,
        "finished_early": sum(turn["finished"] for turn in rounds),
        "ready_seconds": statistics.median(told["start"]["ready"]),
        **{name: told[name] for name in ("epochs", "memory_of_its_own_mb", "history", "machine")},
    }


def table(told: dict[str, Any]) -> str:
    """Write the figures for a person."""
    lines = ["| figure | best round | all rounds | to reach | reached |", "|---|---|---|---|---|"]
    for name, row in told["figures"].items():
        better = row["best"] >= row["reach"] if name in MORE_IS_BETTER else row["best"] <= row["reach"]
        lines.append(
            f"| {name} | {row['best']:.3g} | {row['all']:.3g} | {row['reach']:g} | "
            f"{'yes' if better else 'no'} |"
        )
    lines += ["", "| keys, ms | p50 | p95 | p99 | largest | keys |", "|---|---|---|---|---|---|"]
    names = {"control": "bare app (control)", "at_rest": "at rest", "training": "while training"}
    for kind, name in names.items():
        row = told["keys"][kind]
        lines.append(
            f"| {name} | {row['p50']:.1f} | {row['p95']:.1f} | {row['p99']:.1f} | {row['max']:.1f} | "
            f"{row['keys']} |"
        )
    ratios, not_kept = told["throughput_ratios"], told["throughput_ratios_not_kept"]
    history = told["history"]
    lines += [
        "",
        f"throughput ratios by round: {_listed(ratios)}; to a run that is not kept: {_listed(not_kept)}",
        f"drawing takes {told['drawing_share']:.1%} of a core at {told['frames_per_second']:.1f} frames/s; "
        f"ready after {told['ready_seconds']:.2f} s; {told['epochs']} epochs a round",
        f"{history['epochs']:,} epochs recorded: {history['memory_mb']:.1f} MB more than of "
        f"{history['few']:,}; a frame {history['frame_ms']:.2f} ms, {history['few_frame_ms']:.2f} before",
        f"{told['machine']['busy_cores']:.1f} of {told['machine']['cores']} cores busy in all, load "
        f"{told['machine']['load']:.1f}, {told['machine']['seconds']:.0f} s",
    ]
    return "\n".join(lines)


def _listed(numbers: Sequence[float]) -> str:
    return ", ".join(f"{one:.3f}" for one in numbers)
