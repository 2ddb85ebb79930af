"""What follows a restart never overtakes it, and the run that goes is shown before."""

from dataclasses import dataclass

import pytest

from gdviz.qt.keeping.command_order import CommandOrder
from gdviz.runtime.commands import (
    LoadRun,
    LoadState,
    Pause,
    RequestRun,
    RequestState,
    Restart,
    Run,
)


@dataclass
class Acknowledging:
    """All of a snapshot that counts here."""

    acknowledged: int


@pytest.fixture
def handed_over() -> list:
    return []


@pytest.fixture
def order(handed_over) -> CommandOrder:
    made = CommandOrder(handed_over.append)
    made.last_look = RequestRun
    return made


def kinds(commands) -> list[type]:
    return [type(command) for command in commands]


def test_without_a_run_to_be_kept_everything_goes_at_once(handed_over):
    order = CommandOrder(handed_over.append)
    assert [order.send(c) for c in (Run(), Restart(), Run(), LoadState())] == [1, 2, 3, 4]
    assert [command.id for command in handed_over] == [1, 2, 3, 4]
    assert not order.is_waiting


@pytest.mark.parametrize("replacing", [Restart(), LoadState(), LoadRun()])
def test_a_replacing_command_waits_for_the_last_look(order, handed_over, replacing):
    order.send(Run())
    identity = order.send(replacing)
    assert kinds(handed_over) == [Run, RequestRun]
    assert order.is_waiting
    order.see(Acknowledging(handed_over[-1].id - 1))
    assert len(handed_over) == 2, "the answer to something else"
    assert not order.is_last_look
    order.see(Acknowledging(handed_over[-1].id))
    assert order.is_last_look
    assert kinds(handed_over) == [Run, RequestRun, type(replacing)]
    assert handed_over[-1].id == identity == order.last_sent
    assert not order.is_waiting


def test_what_follows_waits_behind_it(order, handed_over):
    order.send(Restart())
    later = [order.send(Run()), order.send(Pause())]
    assert kinds(handed_over) == [RequestRun]
    order.see(Acknowledging(1))
    assert kinds(handed_over) == [RequestRun, Restart, Run, Pause]
    assert [command.id for command in handed_over[-2:]] == later


def test_two_restarts_at_once_each_have_their_last_look(order, handed_over):
    """The run between the two may have taken steps."""
    for command in (Restart(), Run(), Restart(), Run()):
        order.send(command)
    order.see(Acknowledging(1))
    assert kinds(handed_over) == [RequestRun, Restart, Run, RequestRun]
    order.see(Acknowledging(3))
    assert len(handed_over) == 4
    order.see(Acknowledging(4))
    assert kinds(handed_over[4:]) == [Restart, Run]
    assert [command.id for command in handed_over] == [1, 2, 3, 4, 5, 6]


def test_another_request_for_the_run_holds_nothing_back(order, handed_over):
    order.send(RequestRun())
    order.send(RequestState())
    assert kinds(handed_over) == [RequestRun, RequestState]
    assert not order.is_waiting
