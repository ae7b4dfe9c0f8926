"""A project: the folder of a data set that is described, and the plan that is carried out there."""

import os
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from parhelion.describing.config import DescribeConfig
from parhelion.describing.contract import Asking
from parhelion.describing.plan import plan_yaml, read_plan
from parhelion.describing.plan.model import ModelPlan, Plan, Server, Sources
from parhelion.describing.plan.paths import files_of
from parhelion.describing.planning import planned
from parhelion.describing.store import Store
from parhelion.errors import ConfigError, PlanError
from parhelion.io import atomic_file
from parhelion.io.paths import Bytes
from parhelion.llm import Chosen
from parhelion.llm.addresses import base_address

PLAN = "plan.yaml"
ROWS = 100  # of a data set whose size nobody has said
WRITER = "writer"  # how the model of a planned data set is called in its plan
_PLAN_FILE = re.compile(r"\.(ya?ml|json)$", re.IGNORECASE)
_LIKES = 3  # words of a sentence


@dataclass(frozen=True)
class Project:
    """folder: where everything is. plan: the file. sentence: what the plan is to be made from, where it was said."""

    folder: Path
    plan: Path
    sentence: str = ""

    @classmethod
    def of(cls, source: str | Path, output: str | Path | None) -> "Project":
        """The project of a plan file, or of a sentence. Raises ConfigError where it can be neither."""
        text = str(source).strip()
        if isinstance(source, Path) or _PLAN_FILE.search(text):
            file = Path(text)
            if not file.is_file():
                raise PlanError(
                    f"there is no plan {text[:200]!r}; give the name of a file, or say in a sentence what you need"
                )
            return cls(_folder_of(file) if output is None else Path(output), file)
        if len(text.split()) < _LIKES:
            raise ConfigError(
                f"{text[:200]!r} is neither the name of a plan (plan.yaml) nor a sentence; say in words what you need"
            )
        if output is None:
            raise ConfigError("a data set from a sentence needs a folder; say where: -o DIR, or output=")
        return cls(Path(output), Path(output) / PLAN, text)

    def read(self, store: Store) -> Plan | None:
        """The plan, if it was made. Raises PlanError where it is none, or was made for another sentence."""
        if not self.plan.is_file():
            return None
        said = store.get("sentence", "")
        if self.sentence and said != self.sentence:
            raise PlanError(
                f"{str(self.plan)!r} was made for another sentence ({said[:80]!r}); to go on with it, say: "
                f"parhelion describe {self.plan}; for a new one, give another folder"
            )
        return read_plan(self.plan)

    async def make(self, store: Store, asking: Asking, server: Chosen, config: DescribeConfig) -> Plan:
        """Have a model plan what the sentence says, and write the plan down for people to edit."""
        plan = await planned(
            self.sentence,
            asking,
            models=models_of(server),
            rows=config.n or ROWS,
            budget=config.budget,
            seed=config.seed,
            sources=self.sources(config),
        )
        with atomic_file(self.plan, overwrite=False) as file:
            file.write_text(plan_yaml(plan), encoding="utf-8")
            store.set("sentence", self.sentence)  # before the plan has its name: who is killed here goes on
        return read_plan(self.plan)

    def sources(self, config: DescribeConfig) -> Sources | None:
        """The documents and pages that were named for a new plan; a plan's paths begin in its own folder."""
        if not config.documents and not config.urls:
            return None
        return Sources(documents=self._seen(config.documents), urls=config.urls)

    def unheeded(self, config: DescribeConfig, plan: Plan) -> str:
        """What to tell of options for a new plan that the one there is has otherwise; nothing where there are none."""
        servers = [each for model in plan.models.values() for each in model.endpoints if isinstance(each, Server)]
        sources = plan.sources or Sources()
        same = {
            "endpoint": config.endpoint is None or base_address(config.endpoint) in {each.url for each in servers},
            "model": config.model in {None, *(each.model for each in plan.models.values())},
            "key_env": config.key_env in {None, *(each.key for each in servers)},
            "documents": {*self._seen(config.documents)} <= {*sources.documents},
            "urls": {*config.urls} <= {*sources.urls},
            "seed": config.seed in {0, plan.seed},
        }
        other = ", ".join(name for name, is_same in same.items() if not is_same)
        return other and f"{self.plan} is there and says otherwise: {other}; edit it, or give another folder"

    def _seen(self, paths: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(os.path.relpath(Path(path).resolve(), self.folder.resolve()) for path in paths)


def models_of(server: Chosen) -> dict[str, ModelPlan]:
    """One model, at one server, as a plan has it."""
    endpoint = Server(url=server.url, api=server.api, key=server.key_env)
    return {WRITER: ModelPlan(model=server.model, endpoints=(endpoint,))}


def run_key(plan: Plan, folder: Path = Path()) -> str:
    """What the rows of a plan are known by: a hash of all that a row depends on, the files with rows and facts too.

    folder: where the paths of the plan begin. How many rows there are to be, what they may cost, where the models are
    served and how the rows are written are none of it: with more rows, or other servers, a run goes on.
    """
    apart = {"rows", "budget", "models", "deliver", "attempts", "notes"}
    models = {name: [each.model, each.parameters.model_dump_json()] for name, each in plan.models.items()}
    given = [_content(folder / path) for place, path in files_of(plan) if place[0] in ("fields", "facts")]
    text = " ".join([plan.model_dump_json(exclude=apart), str(sorted(models.items())), *given])
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _content(path: Path) -> str:
    """What a file, or all files of a folder, hold, as a hash."""
    found = sha256()
    for file in sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]:
        found.update(f"{file.relative_to(path)} {file.stat().st_size}\n".encode("utf-8", "surrogateescape"))
        for chunk in Bytes(file).chunks():
            found.update(chunk)
    return found.hexdigest()


def _folder_of(plan: Path) -> Path:
    """A plan in a project's folder is that project's; any other gets a folder of its name beside it."""
    return plan.parent if plan.name == PLAN else plan.with_suffix("")
