"""The verbs. Each is a thin line over the Python API's verb of the same name; what is heavy is imported within."""

import sys
from contextlib import nullcontext
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from parhelion.cli.choosing import ANY_ROWS, Choosing, chosen_rows
from parhelion.cli.flags import (
    Canaries,
    Card,
    Check,
    Embedder,
    Forget,
    HoldoutFile,
    Kinds,
    Labels,
    Learning,
    LearningWords,
    ModelFile,
    Overwrite,
    Quasi,
    Quick,
    Real,
    Reports,
    Rows,
    SchemaFile,
    Seed,
    Sensitive,
    Source,
    Synthetic,
    Targets,
    ThresholdsFile,
    option,
)
from parhelion.cli.forget_verb import fit_and_forget
from parhelion.cli.layout import size_text
from parhelion.cli.voice import Always, Outcome, Voice
from parhelion.cli.words import UsageError, options, pairs, path
from parhelion.cli.writing import NOTHING_SAID, WritingWords, text_options
from parhelion.tables.config import FitConfig

if TYPE_CHECKING:
    from parhelion.evaluation import Report
    from parhelion.schema import Table
    from parhelion.tables import Model

ENDING = ".parhelion"
_OUT = "A file (.csv, .parquet, .arrow, .jsonl, .csv.gz), a folder for Parquet parts, or - for CSV on stdout."
_VOICE, _WORDS = Voice(), LearningWords()


def _output(metavar: str, told: str) -> Parameter:
    return option(metavar, told, name=("--output", "-o"), converter=path)


def twin(
    source: Source,
    /,
    *,
    output: Annotated[str | None, _output("DIR", "The folder to write: model, data, report.")] = None,
    n: Rows = None,
    schema: SchemaFile = None,
    kind: Kinds = (),
    overwrite: Overwrite = False,
    learning: Learning = _WORDS,
    texts: WritingWords = NOTHING_SAID,
    sensitive: Sensitive = (),
    quasi: Quasi = (),
    thresholds: ThresholdsFile = None,
    check: Check = False,
    card: Card = False,
    canaries: Canaries = False,
    quick: Quick = False,
    voice: Always = _VOICE,
) -> Outcome:
    """Learn a table, make its twin, and judge that.

    A fifth of the rows is kept out of the learning, and the twin is judged by those.

    For example:
      parhelion twin people.csv -o twin --target income
      parhelion twin mails.csv -o twin --text body --label category --canaries
    """
    from parhelion import twin as make  # noqa: PLC0415
    from parhelion.cli.report_view import report_view  # noqa: PLC0415

    if card and output is None:
        raise UsageError("--card is written beside the data; say where with -o DIR")
    chosen = {"n": n, "schema": schema, "kinds": pairs(kind), **options(FitConfig, learning), **text_options(texts)}
    judging: dict[str, Any] = {"sensitive": sensitive, "quasi": quasi, "thresholds": thresholds, "quick": quick}
    with voice.progress() as report:
        made = make(
            source, output=output, overwrite=overwrite, card=card, canaries=canaries, progress=report, **chosen,
            **judging,
        )  # fmt: skip
    voice.notes(made.model.notes)
    files = [str(file) for file in made.files]
    facts = {"files": files, "rows": made.rows, "report": made.report.as_dict(), "notes": [*made.model.notes]}
    shown = None if voice.quiet and files else report_view(made.report, files)
    _tell_doubt(made.report, voice, check=check)
    return Outcome(facts, shown, missed=check and not made.report.verdict.passed)


def evaluate(
    real: Real,
    synthetic: Synthetic,
    /,
    *,
    holdout: HoldoutFile = None,
    output: Reports = (),
    target: Targets = (),
    label: Labels = (),
    sensitive: Sensitive = (),
    quasi: Quasi = (),
    thresholds: ThresholdsFile = None,
    check: Check = False,
    card: Card = False,
    quick: Quick = False,
    embedder: Embedder = None,
    schema: SchemaFile = None,
    kind: Kinds = (),
    seed: Seed = 0,
    overwrite: Overwrite = False,
    voice: Always = _VOICE,
) -> Outcome:
    """Judge synthetic rows of whatever origin by real ones.

    It says how faithful, useful, private and fair they are.

    For example:
      parhelion evaluate real.csv twin.csv --holdout unseen.csv -o report.html
      parhelion evaluate real.csv twin.csv --check -o junit.xml
    """
    from parhelion import evaluate as judge  # noqa: PLC0415
    from parhelion.cli.report_view import report_view  # noqa: PLC0415
    from parhelion.report import open_reports  # noqa: PLC0415

    judging: dict[str, Any] = {"target": target, "sensitive": sensitive, "quasi": quasi, "quick": quick, "seed": seed}
    judging |= {"label": label, "embedder": embedder}
    described: dict[str, Any] = {"schema": schema, "kinds": pairs(kind), "thresholds": thresholds}
    # Opened first: that one cannot be written is known before anything is judged.
    with open_reports(output, card=synthetic if card else None, overwrite=overwrite) as write:
        with voice.progress(after_reading="judging") as report:
            found = judge(real, synthetic, holdout, progress=report, **judging, **described)
        files = [str(file) for file in write(found)]
    voice.notes(found.compared.notes)
    facts = {"files": files, "report": found.as_dict()}
    shown = None if voice.quiet and files else report_view(found, files)
    _tell_doubt(found, voice, check=check)
    return Outcome(facts, shown, missed=check and not found.verdict.passed)


def thresholds(
    *,
    output: Annotated[str | None, _output("FILE", "The YAML file to write. Without it, YAML goes to stdout.")] = None,
    overwrite: Overwrite = False,
    voice: Always = _VOICE,
) -> Outcome:
    """Say what synthetic rows must hold to pass, and why.

    It is YAML to read and to edit, and to pass back with --thresholds.

    For example:
      parhelion thresholds -o thresholds.yaml
    """
    from parhelion.evaluation import Thresholds, default_yaml  # noqa: PLC0415
    from parhelion.io import atomic_file  # noqa: PLC0415

    del voice
    if output is not None:
        with atomic_file(output, overwrite) as file:
            file.write_text(default_yaml(), encoding="utf-8")
    facts = {**_made(output), "thresholds": Thresholds.default().model_dump(mode="json")}
    return Outcome(facts, None if output is not None else default_yaml().rstrip())


def schema(
    source: Source,
    /,
    *,
    output: Annotated[str | None, _output("FILE", "The YAML file to write. Without it, YAML goes to stdout.")] = None,
    kind: Kinds = (),
    overwrite: Overwrite = False,
    voice: Always = _VOICE,
) -> Outcome:
    """Say what the columns of a table are.

    It is YAML to read and to edit, and to pass back with --schema where a guess was wrong.

    For example:
      parhelion schema people.csv -o people.yaml --kind zip=category
    """
    from parhelion.io import atomic_file  # noqa: PLC0415
    from parhelion.schema import Schema  # noqa: PLC0415
    from parhelion.tables import discover_source  # noqa: PLC0415

    with atomic_file(output, overwrite) if output is not None else nullcontext() as file:
        found = discover_source(source, kinds=pairs(kind))
        whole = Schema(tables=(found,))
        if file is not None:
            file.write_text(whole.to_yaml(), encoding="utf-8")
    _tell_guesses(found, voice)
    facts = {**_made(output), "schema": whole.model_dump(mode="json"), "guesses": [c.name for c in found.guesses()]}
    return Outcome(facts, None if output is not None else whole.to_yaml().rstrip())


def fit(
    source: Source,
    /,
    *,
    output: Annotated[str, _output("MODEL", "The model file to write; its name ends in .parhelion.")],
    schema: SchemaFile = None,
    kind: Kinds = (),
    overwrite: Overwrite = False,
    learning: Learning = _WORDS,
    texts: WritingWords = NOTHING_SAID,
    forget: Forget = False,
    voice: Always = _VOICE,
) -> Outcome:
    """Learn a table, and keep what was learned in a model file.

    The file holds counts, never rows.

    For example:
      parhelion fit people.csv -o people.parhelion --target income
      parhelion fit mails.csv -o mails.parhelion --text body --label category
    """
    from parhelion.io import atomic_file  # noqa: PLC0415
    from parhelion.tables import fit as learn  # noqa: PLC0415

    if not output.endswith(ENDING):
        better = str(Path(output).with_suffix(ENDING))
        raise UsageError(f"-o is {output!r}; a model file ends in {ENDING}, for example {better!r}")
    chosen = {"schema": schema, "kinds": pairs(kind), **options(FitConfig, learning), **text_options(texts)}
    if forget:
        return fit_and_forget(source, output, voice, overwrite=overwrite, chosen=chosen)
    # Opened first: that it cannot be written is known before anything is learned.
    with atomic_file(output, overwrite) as file:
        with voice.progress() as report:
            model = learn(source, progress=report, **chosen)
        model.save(file, overwrite=True)
        size = file.stat().st_size
    voice.notes(model.notes)
    voice.say(f"{output}: learned from {model.learned:,} of {model.rows:,} rows, {size_text(size)}")
    return Outcome({**_made(output), "bytes": size, **model.summary()})


def sample(
    model: ModelFile,
    /,
    *,
    output: Annotated[str, _output("OUT", _OUT)],
    n: Rows = None,
    choosing: Choosing = ANY_ROWS,
    seed: Seed = 0,
    overwrite: Overwrite = False,
    voice: Always = _VOICE,
) -> Outcome:
    """Make new rows, any number of them, in constant memory.

    For example:
      parhelion sample people.parhelion -o twin.csv -n 1_000_000
      parhelion sample people.parhelion -o - -n 5
      parhelion sample people.parhelion -o old.csv --where "age > 65" --balance city
    """
    from parhelion.tables import load  # noqa: PLC0415

    if output == "-" and voice.json:
        raise UsageError("-o - writes the rows to stdout, and --json an object; leave one of them out")
    loaded = load(model)
    if output == "-":
        _stream(loaded, {"n": n, "seed": seed, **chosen_rows(choosing)}, voice)
        return Outcome({})
    with voice.progress() as report:
        rows = loaded.write(output, n, seed=seed, overwrite=overwrite, progress=report, **chosen_rows(choosing))
    voice.say(f"{output}: {rows:,} rows of {len(loaded.table.columns)} columns")
    return Outcome(
        {**_made(output), "rows": rows, "columns": [*loaded.table.names], "seed": seed, **chosen_rows(choosing)}
    )


def show(model: ModelFile, /, *, voice: Always = _VOICE) -> Outcome:
    """Say what a model file holds.

    For example:
      parhelion show people.parhelion
    """
    from parhelion.cli.show_view import show_view  # noqa: PLC0415
    from parhelion.tables import load  # noqa: PLC0415

    loaded = load(model)
    facts = {"model": model, "bytes": Path(model).stat().st_size, **loaded.summary()}
    voice.notes(loaded.notes)
    return Outcome(facts, show_view(facts))


def _tell_doubt(report: "Report", voice: Voice, *, check: bool) -> None:
    """A check is not missed by what cannot be told, and nobody should take that for a yes."""
    if check and report.verdict.passed and report.verdict.undecided:
        voice.say("undecided, which --check lets pass: where it must not, say strict: true in the thresholds")


def _made(output: str | None) -> dict[str, Any]:
    return {} if output is None else {"output": output}


def _tell_guesses(table: "Table", voice: Voice) -> None:
    guesses = table.guesses()
    if guesses:
        voice.say(f"{len(guesses)} of {len(table.columns)} kinds are guesses; look at them:")
    width = max((len(column.name) for column in guesses), default=0)
    for column in guesses:
        voice.say(f"  {column.name:<{min(width, 30)}}  {column.kind:<10}  {column.sure:>4.0%} sure: {column.why}")


def _stream(model: "Model", asked: dict[str, Any], voice: Voice) -> None:
    """Rows as the CSV file would hold them, to whoever reads stdout."""
    from pyarrow import Table  # noqa: PLC0415

    from parhelion.io import Dialect, csv_stream  # noqa: PLC0415

    quiet = Voice(quiet=voice.quiet or sys.stdout.isatty())
    with quiet.progress() as report:
        batches = model.batches(**asked, progress=report)
        first = next(batches)  # what cannot be drawn is known before a line is written
        write = csv_stream(sys.stdout.buffer, model.arrow_schema, model.dialect or Dialect(), model.spell)
        for batch in chain([first], batches):
            write(Table.from_batches([batch]))
