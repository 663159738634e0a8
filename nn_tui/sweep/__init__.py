"""Many runs at once: what is varied, the trials it makes, how they are trained and judged.

axes  plan          what is varied, and the trials of a sweep
objective  halving  the value that trials are judged by, and which of them go on
trial               one trial, trained wherever a worker is
folder  sweep       what is on disk, and the sweep itself
serial              one trial after the other, in this process
effects  telling    what a sweep found, as numbers and as text
"""
