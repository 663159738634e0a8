"""Who is measured: a module each, with `prepare(workload) -> run`; `run()` trains one round.

`prepare` may compile and warm up; what it does is not timed. A module that cannot run a workload
returns None.
"""

NAMES = ("nn_tui", "torch", "sklearn", "jax_scan", "keras_jax")
