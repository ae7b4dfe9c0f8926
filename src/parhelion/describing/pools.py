"""Where the models of a plan are asked: a pool of endpoints for each, all of them paid from one budget."""

import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from parhelion.describing.plan.model import ModelPlan, Nodes, Server
from parhelion.errors import PlanError, problems
from parhelion.llm import Budget, Chosen, Pool, connect, is_local, price_of
from parhelion.llm.contract import Endpoint, Journal, Price


@asynccontextmanager
async def connected(
    models: Mapping[str, ModelPlan],
    budget: Budget,
    journal: Journal,
    folder: Path,
    *,
    admits: Callable[[str], bool] = lambda _: True,
) -> AsyncIterator[dict[str, Pool]]:
    """The pools of a plan's models, by their names in it; nodes of networks come and go in them.

    folder: where relative paths of networks begin. admits: whether a node may be asked. Raises PlanError where an
    endpoint cannot be asked as the plan says.
    """
    if wrong := [*_faults(models, budget)]:
        raise PlanError(problems(wrong))
    async with AsyncExitStack() as stack:
        pools = {}
        for name, plan in models.items():
            pools[name] = Pool(plan.model, [*_servers(plan)], budget=budget, journal=journal)
            stack.push_async_callback(pools[name].close)
        await _watch(models, {name: _Admitting(pool, admits) for name, pool in pools.items()}, folder, stack)
        yield pools


async def _watch(
    models: Mapping[str, ModelPlan], pools: "Mapping[str, _Admitting]", folder: Path, stack: AsyncExitStack
) -> None:
    """Let the nodes of each network into the pools that they serve."""
    wanted = [(name, nodes) for name, plan in models.items() for nodes in plan.endpoints if isinstance(nodes, Nodes)]
    if not wanted:
        return
    from parhelion.network import watch  # noqa: PLC0415 (an extra)

    for network in dict.fromkeys(nodes.network for _, nodes in wanted):
        seen = await stack.enter_async_context(watch(folder / network))
        for name, nodes in wanted:
            if nodes.network == network:
                model = nodes.model or models[name].model
                price = Price.of(nodes.read, nodes.written)
                seen.supply(pools[name], model, trust=nodes.trust, price=price, weight=nodes.weight)
        await seen.settled()


class _Admitting:
    """A pool, for those who may be asked."""

    def __init__(self, pool: Pool, admits: Callable[[str], bool]) -> None:
        self._pool, self._admits = pool, admits

    def add(self, endpoint: Endpoint) -> None:
        if self._admits(endpoint.name):
            self._pool.add(endpoint)

    def remove(self, name: str) -> None:
        self._pool.remove(name)


def _servers(plan: ModelPlan) -> Iterator[Endpoint]:
    """The servers of a model; several at one address are told apart by number."""
    names: Counter[str] = Counter()
    for server in plan.endpoints:
        if isinstance(server, Server):
            made = _server(server, server.model or plan.model)
            names[made.name] += 1
            many = names[made.name]
            yield made if many == 1 else _server(server, server.model or plan.model, f"{made.name} {many}")


def _server(server: Server, model: str, name: str | None = None) -> Endpoint:
    asked = Chosen(server.url, model, server.api, server.key)
    price = _price(server, model) or Price()
    return connect(asked, name=name, price=price, slots=server.slots, weight=server.weight, timeout=server.timeout)


def _price(server: Server, model: str) -> Price | None:
    """What the plan says; for a server of somebody else's, else what is known; None where nobody knows."""
    if server.read or server.written or is_local(server.url):
        return Price.of(server.read, server.written)
    return price_of(model)


def _faults(models: Mapping[str, ModelPlan], budget: Budget) -> Iterator[str]:
    for where, server, model in _all_servers(models):
        if server.key and not os.environ.get(server.key, "").strip():
            yield f"{where}.key names the environment variable {server.key!r}, which is not set; set it"
        if budget.limit is not None and _price(server, model) is None:
            yield (
                f"{where} has no price, and nobody knows what {model!r} costs there, so that no budget can be kept; "
                "give `read` and `written`, in dollars for a million tokens"
            )


def _all_servers(models: Mapping[str, ModelPlan]) -> Iterable[tuple[str, Server, str]]:
    for name, plan in models.items():
        for place, server in enumerate(plan.endpoints):
            if isinstance(server, Server):
                yield f"models.{name}.endpoints[{place}]", server, server.model or plan.model
