"""`describe`: a sentence or a plan becomes a data set, stage by stage; whatever a stage has made is kept."""

from itertools import islice
from pathlib import Path
from typing import Any

from parhelion.configs import config_of
from parhelion.describing.approving import approve, approved, with_approved
from parhelion.describing.config import RICHEST, DescribeConfig
from parhelion.describing.delivery import check_room, deliver
from parhelion.describing.described import Described
from parhelion.describing.desk import Desk
from parhelion.describing.fields.makers import makers
from parhelion.describing.fields.quotas import Quotas
from parhelion.describing.ground.gathering import Gathered, gathered
from parhelion.describing.ground.library import Shelves, index_mark, indexed
from parhelion.describing.ground.lines import read_facts, read_questions
from parhelion.describing.ground.questions import needed
from parhelion.describing.lookout import Lookout
from parhelion.describing.plan import compared, plan_yaml
from parhelion.describing.plan.model import FactField, Plan, Server, Sources
from parhelion.describing.plan.paths import files_of
from parhelion.describing.pools import connected
from parhelion.describing.project import Project, models_of, run_key
from parhelion.describing.rows.gate import Gate
from parhelion.describing.rows.meaning import Meaning
from parhelion.describing.rows.nearness import Nearness
from parhelion.describing.rows.refereeing import Court
from parhelion.describing.rows.steps import recipe_of
from parhelion.describing.rows.synthesis import Synthesis
from parhelion.describing.rows.tasks import Tasks
from parhelion.describing.snapshot import Snapshot, Watch, unwatched
from parhelion.describing.stages import write_ground, write_tasks
from parhelion.describing.store import Store, open_store
from parhelion.errors import PlanError
from parhelion.llm import Budget, chosen_server
from parhelion.llm.contract import PICO
from parhelion.waiting import waited

BEGUN = "begun"  # kept once what is delivered in the folder is the project's own
TOLD = 5  # documents that could not be read, by name


def describe(
    source: str | Path, output: str | Path | None = None, *, watch: Watch = unwatched, **options: Any
) -> Described:
    """A data set from a sentence that says what is needed, or from a plan.

    output: the project's folder, where everything is kept: `plan.yaml`, `project.sqlite`, the data and its card. What
    was made there before is not made again, so that a run that was stopped goes on by the same call.
    watch: is shown a Snapshot four times a second and at the end; what it raises stops the run.
    options: those of `DescribeConfig`.

    Raises PlanError and ConfigError for what cannot be carried out, EndpointError where no model answers, ProjectError
    where another process works on the project, OutputError where it cannot be written.
    """
    config = config_of(DescribeConfig, options, "describe")
    project = Project.of(source, output)
    return waited(_described(project, config, watch))


async def _described(project: Project, config: DescribeConfig, watch: Watch) -> Described:
    with open_store(project.folder, wait=config.wait) as store:
        there = project.read(store)
        plan = there or await _planned(project, config, store, watch)
        told = (
            project.unheeded(config, there) if there else f"it is written by {_writers(plan)}, as {project.plan} says"
        )
        notes = [note for note in (told, *plan.notes) if note]
        plan = plan.model_copy(
            update={k: v for k, v in (("rows", config.n), ("budget", config.budget)) if v is not None}
        )
        if config.approve:
            run = run_key(with_approved(plan, approved(project.folder)), project.plan.parent)
            approve(store, run, config.approve, project.folder)
        plan = with_approved(plan, approved(project.folder))
        if config.until == "plan":
            return Described(project.folder, "plan", spent=store.spent(), files=(project.plan,), notes=(*notes,))
        budget = _budget(plan.budget, store)
        folder = project.plan.parent
        court = Court(plan, store, folder, project.folder)
        async with connected(plan.models, budget, store.journal, folder, admits=court.admits) as pools:
            desk = Desk(store, plan.models, pools, court.referee)
            lookout = Lookout(plan, store, desk, budget, watch)
            return await Run(project, plan, desk, lookout, court, notes=notes).made(config)


async def _planned(project: Project, config: DescribeConfig, store: Store, watch: Watch) -> Plan:
    """The plan that a model makes of the sentence."""
    _look_at_sources(project.sources(config), store, project.folder, watch)
    server = await chosen_server(config.endpoint, config.model, config.key_env)
    models = models_of(server)
    budget = _budget(config.budget, store)
    async with connected(models, budget, store.journal, project.folder) as pools:
        watch(Snapshot("plan", 0, spent=budget.spent, budget=budget.limit))
        return await project.make(store, Desk(store, models, pools), server, config)


def _writers(plan: Plan) -> str:
    """Whom a new plan asks: what was found may be one that costs."""
    servers = ((model.model, each) for model in plan.models.values() for each in model.endpoints)
    return ", ".join(f"{name} at {each.url}" for name, each in servers if isinstance(each, Server))


def _look_at_sources(sources: Sources | None, store: Store, folder: Path, watch: Watch) -> None:
    """Before anything is paid: raise where what is to be read cannot be, or what reads it is not installed."""
    if sources is None:
        return
    if sources.documents:
        indexed(sources, store, folder, lambda _, done, of: watch(Snapshot("documents", 0, done=done / max(of, 1))))
    Shelves(sources, store)


def _budget(dollars: float | None, store: Store) -> Budget:
    """Raises PlanError for one that cannot be counted in pico-dollars."""
    if dollars is not None and dollars > RICHEST:
        raise PlanError(f"budget is {dollars:g}; expected {RICHEST:,} dollars at most, or none for no limit")
    return Budget(None if dollars is None else round(dollars * PICO), store.spent())


class Run:
    """One plan, carried out in one project."""

    def __init__(
        self, project: Project, plan: Plan, desk: Desk, lookout: Lookout, court: Court, *, notes: list[str]
    ) -> None:
        self.project, self.plan, self.desk, self.lookout, self.court = project, plan, desk, lookout, court
        self.store = desk.store
        self.key, self.folder = run_key(plan, project.plan.parent), project.plan.parent
        self.ground = Gathered()
        self.notes = notes

    async def made(self, config: DescribeConfig) -> Described:
        """All stages up to the last one that is wanted."""
        reads = [self.project.plan, *(self.folder / path for _, path in files_of(self.plan))]
        check_room(self.plan, self.project.folder, reads, new=not self.store.get(BEGUN))
        self.store.set(BEGUN, value=True)
        self.store.begin(self.key, plan_yaml(self.plan))
        rows = config.preview or self.plan.rows
        async with self.lookout:
            if self.store.filled(self.key, rows) < rows or config.until != "rows":
                self.ground = await self._ground(rows)
                self._keep_ground(self.ground.key)
            if config.until == "facts":
                return self._told("facts", files=write_ground(self.project.folder, self.ground, reads))
            synthesis = self._synthesis(rows)
            if config.until == "tasks":
                return self._told("tasks", files=write_tasks(self.project.folder, self.plan, synthesis.recipe, rows))
            self.lookout.rows(synthesis, rows)
            stop = await synthesis.fill(rows)
        if config.preview:
            shown = tuple(dict(row.values) for row in islice(self.store.rows(self.key, "accepted"), rows))
            columns = tuple(name for name, field in self.plan.fields.items() if not field.hidden)
            return self._told("preview", rows, stop, preview=shown, columns=columns)
        files = deliver(self.store, self.key, self.plan, self.project.folder, stop=stop, overwrite=True).files
        return self._told("rows", rows, stop, files=files)

    def _keep_ground(self, key: str) -> None:
        """For the card: rows may rest on facts of earlier documents, too."""
        name = f"grounds of {self.key}"
        with self.store.writing():
            self.store.set(f"ground of {self.key}", key)
            self.store.set(name, [*dict.fromkeys([*self.store.get(name, []), key])])

    async def _ground(self, rows: int) -> Gathered:
        """Questions and facts, where rows are made of any; for a preview, as many as its few rows need."""
        if not any(isinstance(field, FactField) for field in self.plan.fields.values()):
            return Gathered()
        if self.plan.facts.file:
            return Gathered(facts=read_facts(self.folder / self.plan.facts.file))
        assert self.plan.sources is not None
        self.lookout.stage = "documents"
        if self.plan.sources.documents:
            changes = indexed(self.plan.sources, self.store, self.folder, self.lookout.progress)
            self.notes += [f"not read: {path}: {why}" for path, why in islice(changes.skipped.items(), TOLD)]
        self.lookout.stage = "facts"
        library = Shelves(self.plan.sources, self.store)
        spent = lambda: self.desk.cost_of("questions", "facts")  # noqa: E731
        file = self.plan.questions.file
        ground = await gathered(
            self.plan,
            self.desk,
            library,
            self.store,
            mark=index_mark(self.store),
            spent=spent,
            told=self.lookout.found,
            given=read_questions(self.folder / file) if file else None,
            enough=needed(self.plan, rows) if rows < self.plan.rows else None,
        )
        self.notes += [f"{what}, {times:,} times" for what, times in library.unread.most_common(TOLD)]
        return ground

    def _synthesis(self, n: int) -> Synthesis:
        plan, store = self.plan, self.store
        facts = [name for name, field in plan.fields.items() if isinstance(field, FactField)]
        tasks = {name: Tasks(plan, self.ground.facts, field=name, rows=store.rows(self.key)) for name in facts}
        quotas = Quotas(plan, store, f"schedule of {self.key}")
        nearness, meaning = self._likeness()
        gate = Gate(
            self.key, store, compared=compared(plan), nearness=nearness, meaning=meaning, quotas=quotas,
            tasks=[*tasks.values()], n=plan.rows,
        )  # fmt: skip
        recipe = recipe_of(plan, self.desk, makers=makers(plan, self.folder, quotas), tasks=tasks, gate=gate)
        synthesis = Synthesis(
            self.key, store, recipe, seats=self.lookout.seats, gate=gate, most=plan.attempts * n,
            settle=lambda: self.court.settled(self.desk.pools, self.key),
        )  # fmt: skip
        self.court.tell(synthesis)
        return synthesis

    def _likeness(self) -> tuple[Nearness | None, Meaning | None]:
        """How rows that repeat others are found: by their letters, and by what they mean."""
        wanted, store, run = self.plan.duplicates, self.store, self.key
        if wanted is None or not compared(self.plan):
            return None, None
        meaning = Meaning(store, run, wanted.embeddings, wanted.alike) if wanted.embeddings else None
        return Nearness(store, run, wanted.threshold), meaning

    def _told(self, stage: str, asked: int = 0, stop: str = "", **more: Any) -> Described:
        now = self.lookout.snapshot()
        counts = self.store.counts(self.key)
        self.lookout.ground = min(len(self.ground.facts) / needed(self.plan), 1.0) if self.ground.facts else 1.0
        rows = self.store.filled(self.key, asked)
        return Described(
            self.project.folder, stage, asked, rows, stop, counts.candidates, counts.rejected, counts.held,
            counts.pending, len(self.ground.questions), len(self.ground.facts), self.store.spent(), now.budget,
            self.lookout.forecast(self.plan.rows), notes=tuple(self.notes), **more,
        )  # fmt: skip
