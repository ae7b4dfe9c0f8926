"""The plan of a data set: everything that is decided before a row is made, in one document that a person can edit."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from parhelion.llm.contract import Parameters


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


# --- who writes -----------------------------------------------------------------------------------------------------


class Server(_Part):
    """A server: OpenAI-compatible (vLLM, llama.cpp, Ollama, LM Studio, hosted), or Anthropic's own.

    api: `embeddings` for an OpenAI-compatible one that is asked for vectors of texts, and writes nothing.
    key: the name of an environment variable. Prices are dollars for a million tokens.
    """

    url: str
    api: Literal["openai", "anthropic", "embeddings"] = "openai"
    model: str | None = Field(None, description="what this server calls the model, where it differs")
    key: str | None = Field(None, description="the environment variable that holds the key; never the key itself")
    read: float = Field(0.0, ge=0, description="dollars for a million tokens read")
    written: float = Field(0.0, ge=0, description="dollars for a million tokens written")
    slots: int | None = Field(None, ge=1, description="calls at once at most; without it, found out by trying")
    weight: float = Field(1.0, gt=0, description="its share of the calls against the other endpoints of the model")
    timeout: float = Field(120.0, gt=0, description="seconds until a call counts as not answered")


class Nodes(_Part):
    """All nodes of a network that have the model. trust: `own` sends them nothing unless they are marked as own."""

    network: str = Field(description="the network's folder, as `parhelion network start` made it")
    model: str | None = None
    trust: Literal["own", "any"] = "any"
    read: float = Field(0.0, ge=0, description="what a node is owed: dollars for a million tokens read")
    written: float = Field(0.0, ge=0, description="the same, written")
    weight: float = Field(1.0, gt=0)


def _server_or_nodes(data: Any) -> str:
    is_nodes = "network" in data if isinstance(data, dict) else isinstance(data, Nodes)
    return "nodes" if is_nodes else "server"


Serving = Annotated[
    Annotated[Server, Tag("server")] | Annotated[Nodes, Tag("nodes")], Discriminator(_server_or_nodes)
]  # fmt: skip


class ModelPlan(_Part):
    """A model, and where it can be asked."""

    model: str
    endpoints: tuple[Serving, ...] = Field(min_length=1)
    parameters: Parameters = Parameters()


# --- what is known --------------------------------------------------------------------------------------------------


class Sources(_Part):
    """Where facts are looked for. Keys are names of environment variables."""

    documents: tuple[str, ...] = Field((), description="folders or tables of documents on this machine")
    urls: tuple[str, ...] = Field((), description="pages to read")
    searxng: str | None = Field(None, description="the address of a SearXNG server")
    tavily: str | None = Field(None, description="the environment variable with Tavily's key")
    brave: str | None = Field(None, description="the environment variable with Brave Search's key")
    pages: int = Field(5, ge=1, description="pages read for a question")
    private: bool = Field(default=False, description="may pages be on private or loopback addresses?")

    @property
    def some(self) -> bool:
        """Is there anywhere to look?"""
        return bool(self.documents or self.urls or self.searxng or self.tavily or self.brave)


class Questions(_Part):
    """The question loop. given: questions of your own, asked first."""

    model: str | None = None
    perspectives: int = Field(4, ge=1)
    turns: int = Field(3, ge=1)
    given: tuple[str, ...] = ()
    file: str | None = Field(None, description="questions.jsonl to use, and no model is asked for any")
    budget: float | None = Field(None, ge=0, description="dollars for questions and facts")


class Facts(_Part):
    """Facts out of pages. uses: the rows that one fact may serve."""

    model: str | None = None
    per_page: int = Field(5, ge=1)
    uses: int = Field(3, ge=1)
    most: int | None = Field(None, ge=1, description="stop looking at this many")
    file: str | None = Field(None, description="facts.jsonl to use, and none is looked for")


# --- fields ---------------------------------------------------------------------------------------------------------


class _Field(_Part):
    about: str = Field("", description="what it is, for models and for the card")
    hidden: bool = Field(default=False, description="made, but not delivered")


def _weighted_or_listed(data: Any) -> str:
    return "weighted" if isinstance(data, dict) else "listed"


Values = Annotated[
    Annotated[dict[Any, float], Tag("weighted")] | Annotated[tuple[Any, ...], Tag("listed")],
    Discriminator(_weighted_or_listed),
]


class CategoryField(_Field):
    """A value out of some, by weight.

    given: weights that depend on another field, {value of it: {value: weight}}; where it says nothing about a value of
    that field, the weights of `values` hold.
    """

    make: Literal["category"]
    values: Values
    by: str | None = Field(None, description="the field that `given` is about")
    given: dict[Any, dict[Any, float]] = {}


class NumberField(_Field):
    """A number: a whole one where `decimals` is 0.

    between: uniform, both ends possible; mean, deviation: normal, held within `between` where it is given.
    """

    make: Literal["number"]
    between: tuple[float, float] | None = None
    mean: float | None = None
    deviation: float | None = Field(None, gt=0)
    decimals: int = Field(0, ge=0, le=12)


class DateField(_Field):
    """A day, or a moment where `seconds` is true; uniform, both ends possible. ISO 8601."""

    make: Literal["date"]
    between: tuple[str, str]
    seconds: bool = False


class PersonField(_Field):
    """A made-up person: an object whose parts agree.

    Its parts: given_name, surname, name, sex, age, birth_date, email, username, phone, street, postcode, city, address,
    company. on: the day on which they have their age, so that a plan means the same rows on every day.
    """

    make: Literal["person"]
    locale: str = "en"
    age: tuple[int, int] = (18, 90)
    on: str = "2026-01-01"


class ModelField(_Field):
    """An object: a row drawn from a fitted parhelion model, or some columns of it."""

    make: Literal["model"]
    file: str
    columns: tuple[str, ...] = ()


class SeedField(_Field):
    """An object: a row of a real table, or some columns of it; taken in order, or drawn."""

    make: Literal["seed"]
    file: str
    columns: tuple[str, ...] = ()
    order: Literal["in turn", "drawn"] = "in turn"


class FactField(_Field):
    """A fact that was found: an object with statement, quote, url, title."""

    make: Literal["fact"]


class Example(_Part):
    """One answer as it should be. inputs: the values of fields it was given."""

    inputs: dict[str, Any] = {}
    answer: Any


class _Written(_Field):
    model: str | None = Field(None, description="a name among the plan's models; the first without it")
    prompt: str = Field(description="a Jinja template over the fields before it")
    system: str = ""
    examples: tuple[Example, ...] = ()
    shown: int = Field(3, ge=0, description="examples shown in one prompt")
    parameters: Parameters | None = None


class TextField(_Written):
    """Text written by a model."""

    make: Literal["text"]
    longest: int | None = Field(None, ge=1, description="characters")


class StructuredField(_Written):
    """JSON written by a model. shape: its JSON schema. fields: its parts become fields `name.part` of templates."""

    make: Literal["structured"]
    shape: dict[str, Any] = Field(alias="schema")
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ExpressionField(_Field):
    """A Jinja expression over the fields before it: `question | length`."""

    make: Literal["expression"]
    value: str


class JudgeField(_Written):
    """A mark from 1 to 5 by a model, with its reason; below `at_least` the row is rejected."""

    make: Literal["judge"]
    at_least: int = Field(4, ge=1, le=5)


class GroundedField(_Field):
    """Does the fact support the fields named, or parts of them (`qa.answer`)? Judged by a model; where it does not, the
    row is rejected.
    """

    make: Literal["grounded"]
    fields: tuple[str, ...] = Field(min_length=1)
    model: str | None = None
    fact: str | None = Field(None, description="the fact's field; the only one without it")


class CheckField(_Field):
    """A Jinja expression that must be true; where it is not, the row is rejected."""

    make: Literal["check"]
    that: str
    hidden: bool = True


WRITTEN = (TextField, StructuredField, JudgeField, GroundedField)
"""Fields that a model makes."""

AnyField = Annotated[
    CategoryField | NumberField | DateField | PersonField | ModelField | SeedField | FactField | TextField
    | StructuredField | ExpressionField | JudgeField | GroundedField | CheckField,
    Field(discriminator="make"),
]  # fmt: skip


# --- the whole ------------------------------------------------------------------------------------------------------


class Duplicates(_Part):
    """Rows that nearly repeat an accepted one are rejected.

    fields: compared as one text; all that a model writes without it. threshold: the Jaccard similarity of their
    5-character shingles from which two are the same. embeddings: a model whose servers have `api: embeddings`; rows
    that repeat one in other words are told by it. alike: the cosine of their vectors from which two are the same.
    """

    fields: tuple[str, ...] = ()
    threshold: float = Field(0.8, gt=0, le=1)
    embeddings: str | None = Field(None, description="a name among the plan's models")
    alike: float = Field(0.95, gt=0, le=1)


class Deliver(_Part):
    """How the data set is written: any of `parquet`, `jsonl`, `huggingface`."""

    formats: tuple[Literal["parquet", "jsonl", "huggingface"], ...] = ("parquet", "jsonl")


class Plan(_Part):
    """The whole of it."""

    def asks(self, model: str | None) -> str:
        """The name of the model to ask: the first where none is named."""
        return model or next(iter(self.models))

    goal: str
    rows: int = Field(100, ge=1)
    budget: float | None = Field(None, ge=0, description="dollars for everything; never exceeded")
    seed: int = Field(0, ge=0)
    models: dict[str, ModelPlan] = Field({}, description="the first is the one for all that names no other")
    sources: Sources | None = None
    questions: Questions = Questions()
    facts: Facts = Facts()
    fields: dict[str, AnyField] = Field(min_length=1)
    quotas: dict[str, dict[Any, float]] = Field({}, description="shares of values in the delivered set, by field")
    duplicates: Duplicates | None = Duplicates()
    attempts: int = Field(5, ge=1, description="candidates tried for one row of the delivered set")
    deliver: Deliver = Deliver()
    notes: tuple[str, ...] = Field((), description="what a reader of the data should know about this plan")
