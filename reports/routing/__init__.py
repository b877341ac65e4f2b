"""Who answers for a category at a place: the first rule that holds and finds its collectivity.

There is no code per place and no expression language: the rules are Competence rows.  A decision
is pure: `Rulebook` holds the rules, `Facts` what is known of the place.
"""

from reports.routing.deciding import Explanation, NotConcerned, Route, decide, explain
from reports.routing.facts import Facts
from reports.routing.placing import facts_at, facts_of
from reports.routing.rulebook import Rulebook
from reports.routing.rules import Body, Rule
from reports.routing.weighing import Outcome, Verdict

__all__ = [
    "Body",
    "Explanation",
    "Facts",
    "NotConcerned",
    "Outcome",
    "Route",
    "Rule",
    "Rulebook",
    "Verdict",
    "decide",
    "explain",
    "facts_at",
    "facts_of",
]
