"""Which views are shown when: driven by made-up costs, without a clock and without a window."""

from collections import Counter
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from gdviz.qt.pacing import (
    CALM_REVIEWS,
    FRAME_ROOM_MS,
    MAXIMUM_EVERY,
    MAXIMUM_EVERY_OF_FIRST,
    PATIENCE_FRAMES,
    REVIEW_FRAMES,
    Pacer,
)

TABLE = {"ball": 1, "weights": 2, "curves": 3, "gradient": 3, "example": 3}


def play(pacer, costs, n_frames, base=0.0):
    """Show views at given costs for so many frames; give what each frame cost and showed."""
    shown = []
    for _ in range(n_frames):
        chosen = pacer.choose(costs)
        for key in chosen:
            pacer.add_view(key, costs[key])
        pacer.add_frame(base + sum(costs[key] for key in chosen), lambda: costs)
        shown.append(chosen)
    return shown


def rates(shown):
    counted = Counter(key for chosen in shown for key in chosen)
    return {key: counted[key] / len(shown) for key in TABLE}


def test_pacer_with_room_shows_each_view_at_the_rate_of_its_table():
    pacer = Pacer(TABLE)
    shown = play(pacer, dict.fromkeys(TABLE, 0.5), 600)
    for key, every in TABLE.items():
        assert abs(rates(shown)[key] - 1 / every) < 0.01
        assert not pacer.is_slowed(key)


def test_pacer_spreads_views_that_are_due_together():
    """Three views of 4 ms every third frame: never two of them in one frame."""
    pacer = Pacer(TABLE)
    costs = {"ball": 0.5, "weights": 0.5, "curves": 4, "gradient": 4, "example": 4}
    shown = play(pacer, costs, 300)
    assert max(sum(costs[key] for key in chosen) for chosen in shown[10:]) <= FRAME_ROOM_MS
    for key in ("curves", "gradient", "example"):
        assert abs(rates(shown)[key] - 1 / 3) < 0.02


def test_pacer_over_budget_slows_the_costliest_and_never_the_ball_first():
    pacer = Pacer(TABLE)
    costs = {"ball": 1, "weights": 1, "curves": 30, "gradient": 1, "example": 1}
    play(pacer, costs, 2 * REVIEW_FRAMES)
    assert pacer.is_slowed("curves")
    assert not any(pacer.is_slowed(key) for key in TABLE if key != "curves")
    assert pacer.every("ball") == 1


def test_pacer_hopelessly_over_budget_stops_at_the_slowest_rates():
    pacer = Pacer(TABLE)
    shown = play(pacer, dict.fromkeys(TABLE, 50.0), 60 * REVIEW_FRAMES)
    assert pacer.every("ball") == MAXIMUM_EVERY_OF_FIRST
    assert {pacer.every(key) for key in TABLE if key != "ball"} == {MAXIMUM_EVERY}
    late = rates(shown[-600:])
    assert late["ball"] > 0.24
    assert all(late[key] > 0.8 / MAXIMUM_EVERY for key in TABLE)


def test_pacer_comes_back_when_there_is_room_the_ball_first():
    pacer = Pacer(TABLE)
    play(pacer, dict.fromkeys(TABLE, 50.0), 60 * REVIEW_FRAMES)
    cheap = dict.fromkeys(TABLE, 0.2)
    # What the views cost is known only once they have been shown again.
    play(pacer, cheap, 20 * MAXIMUM_EVERY)
    while pacer.is_slowed("ball"):
        assert all(pacer.every(key) == MAXIMUM_EVERY for key in TABLE if key != "ball")
        play(pacer, cheap, REVIEW_FRAMES)
    play(pacer, cheap, 20 * CALM_REVIEWS * REVIEW_FRAMES)
    assert not any(pacer.is_slowed(key) for key in TABLE)


def test_pacer_at_the_edge_does_not_flap():
    """A load that just does not fit is slowed once and stays: coming back would not fit."""
    pacer = Pacer({"ball": 1, "curves": 2})
    costs = {"ball": 2.0, "curves": 13.0}  # 8.5 a frame at the table's rates, 5.25 at half
    rates_seen = []
    for _ in range(100):
        play(pacer, costs, REVIEW_FRAMES)
        rates_seen.append(pacer.every("curves"))
    changes = sum(a != b for a, b in pairwise(rates_seen))
    assert rates_seen[-1] == 4
    assert changes <= 1


def test_pacer_one_slow_frame_changes_nothing():
    pacer = Pacer(TABLE)
    play(pacer, dict.fromkeys(TABLE, 0.5), 10 * REVIEW_FRAMES)
    pacer.add_frame(100.0, lambda: TABLE)
    play(pacer, dict.fromkeys(TABLE, 0.5), 10 * REVIEW_FRAMES)
    assert not any(pacer.is_slowed(key) for key in TABLE)


def test_pacer_leaves_hidden_views_alone():
    pacer = Pacer(TABLE)
    play(pacer, {"ball": 1.0, "curves": 60.0}, 40 * REVIEW_FRAMES)
    assert pacer.is_slowed("curves")
    assert not pacer.is_slowed("weights")


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.floats(0, 60), min_size=5, max_size=5),
    st.lists(st.floats(0, 60), min_size=5, max_size=5),
)
def test_pacer_never_starves_a_view_and_never_leaves_its_limits(first, then):
    pacer = Pacer(TABLE)
    for costs in (first, then):
        shown = play(pacer, dict(zip(TABLE, costs, strict=True)), 20 * REVIEW_FRAMES, base=1.0)
        for key, every in TABLE.items():
            most = MAXIMUM_EVERY_OF_FIRST if every == 1 else MAXIMUM_EVERY
            assert every <= pacer.every(key) <= most
            gaps = [k for k, chosen in enumerate(shown) if key in chosen]
            # Due, and then behind each of the other three at most once.
            longest = max((b - a for a, b in pairwise(gaps)), default=0)
            assert gaps
            assert longest <= most + 4


def test_pacer_lets_a_view_go_on_before_others_have_their_turn():
    pacer = Pacer(TABLE)
    for key in TABLE:
        pacer.add_view(key, 6.0 if key == "curves" else 3.0)
    play(pacer, dict.fromkeys(TABLE, 0.5), 3)
    for key in TABLE:
        for _ in range(12):
            pacer.add_view(key, 6.0 if key == "curves" else 3.0)
    assert set(pacer.choose(TABLE, ["curves"])) == {"ball", "curves"}
    assert len(pacer.choose(TABLE)) > 1


def test_pacer_lets_others_stand_back_while_a_view_goes_on_but_not_for_long():
    """What the ball's view paints when it has done all its parts is the dearest of all."""
    pacer = Pacer({"ball": 1, "weights": 2})
    costs = {"ball": 1.0, "weights": 0.5}
    play(pacer, costs, 20)
    frames = [pacer.choose(costs, ["ball"]) for _ in range(PATIENCE_FRAMES + 2)]
    assert all("ball" in chosen for chosen in frames)
    alone = sum("weights" not in chosen for chosen in frames)
    assert PATIENCE_FRAMES <= alone < len(frames)


def test_pacer_lets_one_view_go_on_in_a_frame_and_the_ball_moves_meanwhile():
    pacer = Pacer({"ball": 1, "curves": 2, "weights": 2})
    visible = ("ball", "curves", "weights")
    for _ in range(PATIENCE_FRAMES // 3):
        assert pacer.choose(visible, ["curves", "ball"]) == ["curves", "ball"]
        assert pacer.choose(visible, ["ball", "curves"])[0] == "ball"
        assert "curves" not in pacer.choose(visible, ["ball", "curves"])


def test_pacer_forgets_whose_turn_it_was_if_it_is_out_of_sight():
    pacer = Pacer({"ball": 1, "curves": 2})
    assert pacer.choose(["ball"], ["curves", "ball"]) == ["ball"]


def test_pacer_shows_every_view_even_if_one_always_goes_on():
    pacer, shown = Pacer(TABLE), Counter()
    costs = dict.fromkeys(TABLE, 3.0)
    for _ in range(200):
        chosen = pacer.choose(TABLE, ["ball"])
        for key in chosen:
            pacer.add_view(key, costs[key])
        pacer.add_frame(sum(costs[key] for key in chosen), lambda: TABLE)
        shown.update(chosen)
    assert all(shown[key] > 10 for key in TABLE)
