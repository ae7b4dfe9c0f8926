"""Why a request gets no reply."""

from collections.abc import Mapping

from parhelion.llm._line import Line
from parhelion.llm._tickets import Ticket
from parhelion.llm.contract import BudgetSpent, Unanswered, Unusable


def nowhere(model: str, lines: Mapping[str, Line], ticket: Ticket) -> BudgetSpent | Unanswered | Unusable:
    """What to raise where there is no endpoint left that a request could go to."""
    if ticket.too_dear is not None:
        return ticket.too_dear
    if ticket.refused is not None:
        why, name = ticket.refused
        return Unusable(f"no endpoint of {model} takes this request; {name}: {why}", "", name)
    return unanswered(model, lines, ticket)


def unanswered(model: str, lines: Mapping[str, Line], ticket: Ticket) -> Unanswered:
    """What to raise where nobody answered: why, for each endpoint."""
    tried = f" after {ticket.tries} tries" if ticket.tries else ""
    whys = (f"{name}: {_why(line, ticket)}" for name, line in lines.items())
    return Unanswered(f"no endpoint of {model} answered{tried}; " + "; ".join(whys))


def _why(line: Line, ticket: Ticket) -> str:
    seen = line.gone or ticket.reasons.get(line.name) or line.last_fault
    return seen or ("not to be asked this time" if line.name in ticket.avoid else "did not come to be asked")
