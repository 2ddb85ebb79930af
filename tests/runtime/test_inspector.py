"""Questions beside the window: the newest of a key, one after another, errors as sentences."""

import threading

import pytest

from gdviz.runtime.inspector import Inspector

LIMIT_S = 10


@pytest.fixture
def inspector():
    made = Inspector()
    yield made
    made.close()


def answers_of(inspector: Inspector) -> dict:
    found = {}
    while inspector.is_busy:
        assert inspector.wait(LIMIT_S)
        found.update(inspector.take())
    return found


def test_an_answer_comes_with_what_it_is_about(inspector):
    about = object()
    inspector.ask("sum", about, lambda _inquiry: 1 + 2)
    answer = answers_of(inspector)["sum"]
    assert answer.value == 3
    assert answer.about is about


def test_of_one_key_only_the_newest_waits(inspector):
    gate, seen = threading.Event(), []
    inspector.ask("key", 1, lambda _inquiry: gate.wait(LIMIT_S))
    for number in (2, 3, 4):
        inspector.ask("key", number, lambda _inquiry, n=number: seen.append(n))
    gate.set()
    assert answers_of(inspector)["key"].about == 4
    assert seen == [4]


def test_giving_up_ends_the_work_under_way(inspector):
    begun = threading.Event()

    def endless(inquiry):
        begun.set()
        while True:
            inquiry.look()

    inspector.ask("key", 1, endless)
    assert begun.wait(LIMIT_S)
    inspector.ask("key", 2, lambda _inquiry: "newer", gives_up=True)
    found = answers_of(inspector)
    assert found["key"].value == "newer"


def test_an_error_is_a_sentence_and_the_others_go_on(inspector):
    def fails(_inquiry):
        raise ValueError("no digits")

    inspector.ask("bad", None, fails)
    inspector.ask("good", None, lambda _inquiry: 1)
    found = answers_of(inspector)
    assert found["bad"].error == "ValueError: no digits"
    assert found["bad"].value is None
    assert found["good"].value == 1


def test_progress_is_told(inspector):
    begun, gate = threading.Event(), threading.Event()

    def work(inquiry):
        inquiry.tell(0.5)
        begun.set()
        gate.wait(LIMIT_S)

    assert inspector.progress("key") is None
    inspector.ask("key", None, work)
    assert begun.wait(LIMIT_S)
    assert inspector.progress("key") == 0.5
    gate.set()
    answers_of(inspector)
    assert inspector.progress("key") is None


def test_all_but_some_are_given_up(inspector):
    inspector.ask("long", None, lambda inquiry: [inquiry.look() for _ in range(10**9)])
    inspector.ask("saving: a", "a", lambda _: 1)
    inspector.ask("other", None, lambda _: 2)
    inspector.cancel_all_but("saving: ")
    answers = {}
    while inspector.is_busy:
        assert inspector.wait(60)
        answers |= inspector.take()
    assert list(answers) == ["saving: a"]


def test_what_is_quick_does_not_wait_for_what_is_long(inspector):
    gate = threading.Event()
    inspector.ask("long", None, lambda _inquiry: gate.wait(LIMIT_S))
    inspector.ask("quick", None, lambda _inquiry: 1, is_quick=True)
    assert inspector.wait(LIMIT_S)
    assert set(inspector.take()) == {"quick"}
    gate.set()
    assert set(answers_of(inspector)) == {"long"}


def test_what_is_known_by_now_is_given_until_the_answer_comes(inspector):
    shown, gate = threading.Event(), threading.Event()

    def work(inquiry):
        inquiry.show("half")
        shown.set()
        gate.wait(LIMIT_S)
        return "all"

    assert inspector.partial("key") is None
    inspector.ask("key", None, work)
    assert shown.wait(LIMIT_S)
    assert inspector.partial("key") == "half"
    gate.set()
    assert answers_of(inspector)["key"].value == "all"
    assert inspector.partial("key") is None
