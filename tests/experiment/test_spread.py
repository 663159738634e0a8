"""Values along an axis, however many come."""

import numpy as np

from nn_tui.experiment.spread import Spread


def test_however_many_come_few_are_kept_evenly_and_the_first() -> None:
    kept: Spread[int] = Spread(40, 1 << 30)
    for place in range(3, 5000):
        kept.put(place, place * place, 8)
    gaps = np.diff(kept.places[1:])
    assert len(kept) <= 40 and kept.places[0] == 3 and kept.items()[5][1] == kept.places[5] ** 2
    assert (gaps == kept.stride).all() and kept.places[-1] > 4800


def test_what_takes_much_room_is_kept_less_often() -> None:
    kept: Spread[bytes] = Spread(40, 100)
    for place in range(64):
        kept.put(place, b"", 10)
    assert len(kept) <= 10 and not kept.wants(63) and kept.wants(64)


def test_what_comes_after_a_place_can_be_forgotten() -> None:
    kept: Spread[int] = Spread(40, 100)
    for place in range(5):
        kept.put(place, place, 1)
    kept.cut(2.5)
    assert kept.places == [0, 1, 2]
    assert kept.take(1) == 1 and kept.places == [0, 2]
