"""What is known of two networks, and what is asked so that it gets known."""

from __future__ import annotations

from gdviz.analysis.inspection.comparing import RightAndWrong, Way
from gdviz.analysis.inspection.matching import Matching
from gdviz.analysis.inspection.outcomes import Outcomes
from gdviz.analysis.inspection.side_by_side import Comparable, comparable
from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.qt.inspecting import InspectControl, Inspection
from gdviz.qt.views.compare import questions

LARGEST_BY_ITSELF = 100_000
"""Parameters up to which the way is computed unasked: some seconds."""
Pair = tuple[InspectedNetwork, InspectedNetwork]


class Answers:
    """Answers about the present pair of networks; about A perhaps as it was a moment ago.

    Parameters
    ----------
    control : InspectControl
        Who is asked.
    """

    def __init__(self, control: InspectControl) -> None:
        self._control = control
        self.forget()

    def forget(self) -> None:
        """Know nothing any more: the data are others."""
        self._inspection: Inspection | None = None
        self.can: Comparable | None = None
        self.matching: Matching | None = None
        self.matched: tuple[object, ...] = ()
        """The two networks that `matching` is of, and the method."""
        self._others: Outcomes | None = None
        self._not_tried: InspectedNetwork | None = None
        self._ways: tuple[tuple[object, ...], tuple[Way, ...]] = ((), ())
        self._given_up: tuple[object, ...] = ()

    def take(self, inspection: Inspection) -> bool:
        """Take what has come; give whether other networks are compared from now on."""
        former, self._inspection = self._inspection, inspection
        is_new = (
            former is None
            or inspection.network is not former.network
            or inspection.other is not former.other
        )
        if is_new:
            pair = self.pair
            self.can = None if pair is None else comparable(*pair, self._control.split("test"))
            if self.can is not None and self.can.images:
                self._control.want_outcomes("test")
        # What failed is noted as well: it is not asked again and again.
        for key, answer in inspection.answers.items():
            if key == questions.MATCH:
                self.matching, self.matched = answer.value, answer.about
            elif key == questions.OTHER:
                self._others, self._not_tried = answer.value, answer.about
            elif key == questions.WAY:
                self._ways = answer.about, answer.value or ()
        return is_new

    # --- what is known --------------------------------------------------------------------

    @property
    def pair(self) -> Pair | None:
        """The two networks; None without a second one."""
        inspection = self._inspection
        if inspection is None or inspection.other is None:
            return None
        return inspection.network, inspection.other

    def matched_pair(self) -> tuple[InspectedNetwork, InspectedNetwork, Matching, str] | None:
        """Give the networks that are matched, how, and by which method.

        A may be the network in training a moment ago; None if B is another one since.
        """
        pair = self.pair
        if pair is None or self.matching is None or len(self.matched) != 3:
            return None
        first, second, method = self.matched
        if second is not pair[1] or not isinstance(first, InspectedNetwork):
            return None
        return first, pair[1], self.matching, str(method)

    def outcomes(self) -> tuple[Outcomes | None, Outcomes | None]:
        """Give what A and B say of the test images, as far as that is known."""
        pair, inspection = self.pair, self._inspection
        if pair is None or inspection is None or self.can is None or not self.can.images:
            return None, None
        others = self._others
        is_of_it = others is not None and others.network is pair[1]
        return inspection.outcomes.get("test"), others if is_of_it else None

    def rights(self) -> RightAndWrong | None:
        """Give who is right on what; None until both were tried on the same images."""
        first, second = self.outcomes()
        if first is None or second is None or len(first) != len(second):
            return None
        return RightAndWrong(first, second)

    def ways(self) -> tuple[Way, ...]:
        """Give the ways to B as it stands and matched; none if they are not known."""
        pair, (about, ways) = self.pair, self._ways
        is_of_it = pair is not None and len(about) > 1 and about[1] is pair[1]
        return ways if is_of_it and self.has_way else ()

    @property
    def way_method(self) -> str:
        """By which method the neurons on the known way are matched; empty if they are not."""
        matching = self._ways[0][2] if len(self._ways[0]) > 2 else None
        return matching.method if isinstance(matching, Matching) else ""

    @property
    def has_way(self) -> bool:
        """Whether there is a straight line between the two that can be tried."""
        can = self.can
        return can is not None and can.weights and can.images and not can.no_way

    @property
    def needs_way(self) -> bool:
        """Whether the way is not known of exactly these networks, so matched."""
        return self.has_way and self._ways[0] != self._way_about()

    # --- asking ---------------------------------------------------------------------------

    def ask(self, page: str, method: str) -> None:
        """Ask for what a page needs and is not known; one question of a kind at a time."""
        pair = self.pair
        if pair is None or self.can is None:
            return
        if page == "images":
            self._ask_outcomes(pair[1])
        elif self._has_matched(pair, method) and page == "between":
            self._ask_way_by_itself(pair)

    def toggle_way(self) -> None:
        """Have the way computed, or give that up."""
        if self._control.progress(questions.WAY) is not None:
            self._control.cancel(questions.WAY)
            self._given_up = self._way_about()
        else:
            self._begin_way()

    def _ask_outcomes(self, second: InspectedNetwork) -> None:
        is_known = self.outcomes()[1] is not None or self._not_tried is second
        can = self.can is not None and self.can.images
        if can and not is_known and self._control.progress(questions.OTHER) is None:
            work = questions.trying(second, self._control.split("test"))
            self._control.ask(questions.OTHER, second, work)

    def _has_matched(self, pair: Pair, method: str) -> bool:
        """Give whether the neurons of the two are matched; if not, have it done."""
        about = (*pair, method)
        if self.can is None or not self.can.neurons or self.matched == about:
            return True
        if self._control.progress(questions.MATCH) is None:
            work = questions.matching(*about, self._control.split("test"))
            self._control.ask(questions.MATCH, about, work)
        return False

    def _way_about(self) -> tuple[object, ...]:
        return (*(self.pair or ()), self._matching_of_pair())

    def _matching_of_pair(self) -> Matching | None:
        return self.matching if self.matched[:2] == (self.pair or ()) else None

    def _ask_way_by_itself(self, pair: Pair) -> None:
        """Have the way computed where the networks stand still and are not large."""
        is_declined = self._given_up == self._way_about()
        is_live = any(network.origin == "live" for network in pair)
        is_large = pair[0].architecture.n_parameters > LARGEST_BY_ITSELF
        if self.needs_way and not (is_declined or is_live or is_large):
            self._begin_way()

    def _begin_way(self) -> None:
        pair = self.pair
        if pair is None or not self.has_way or self._control.progress(questions.WAY) is not None:
            return
        matching = self._matching_of_pair()
        matched = None if matching is None else matching.parameters
        work = questions.going(*pair, matched, self._control.split("test"))
        self._control.ask(questions.WAY, self._way_about(), work)
