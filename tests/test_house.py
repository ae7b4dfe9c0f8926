"""What holds for all of the code: imports go one way, and the public names are these."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import parhelion as ph

SOURCE = Path(ph.__file__).parent
# Each layer may import those below it, and itself; what stands in one line may not import each other.
LAYERS = (
    ("__main__",),
    ("cli",),
    ("_twin",),
    ("describing", "report"),
    ("tables",),
    ("text", "evaluation", "network"),
    ("personal",),
    ("overlap", "engines", "codecs", "llm", "retrieval"),
    ("io",),
    ("schema",),
    ("configs", "lazily", "progress", "strict_yaml", "waiting"),
    ("errors",),
)
PUBLIC = {
    "ConfigError", "DataError", "Described", "EndpointError", "FileFormatError", "MissingExtraError", "Model",
    "ModelFileError", "OutputError", "ParhelionError", "Plan", "PlanError", "ProjectError", "Report", "Schema",
    "SchemaError", "Thresholds", "TooFewRowsError", "Twin", "describe", "evaluate", "fit", "fit_and_forget", "forget",
    "load", "read_plan", "twin",
}  # fmt: skip
HEAVY = ("sklearn", "scipy", "numba", "pyarrow", "jinja2", "pydantic", "narwhals", "rich")


def layer(part):
    return next(place for place, parts in enumerate(LAYERS) if part in parts)


def part_of(path):
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported(path):
    """The parts of parhelion that a file imports when it runs; what is for the type checker alone does not count.

    Public names, which are looked up when they are used, are for the layers above all: cli alone takes them.
    """
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("parhelion."):
            yield node.module.split(".")[1]
        elif isinstance(node, ast.ImportFrom) and node.module == "parhelion":
            yield from (name.name for name in node.names if (SOURCE / name.name).is_dir())
        elif isinstance(node, ast.Import):
            yield from (name.name.split(".")[1] for name in node.names if name.name.startswith("parhelion."))


FILES = [path for path in sorted(SOURCE.rglob("*.py")) if path.name != "__init__.py" or path.parent != SOURCE]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_go_one_way(path):
    own = part_of(path)
    for part in imported(path):
        assert part == own or layer(part) > layer(own), f"{path.relative_to(SOURCE)} imports parhelion.{part}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_files_and_functions_are_read_in_one_sitting(path):
    assert len(path.read_text().splitlines()) <= 400
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (node.end_lineno or 0) - (body[0].lineno if body else node.lineno) + 1
            assert lines <= 60, f"{path.name}: {node.name} has {lines} lines"


def test_the_public_names_are_these():
    assert set(ph.__all__) == PUBLIC
    assert set(dir(ph)) == PUBLIC
    for name in PUBLIC:
        assert getattr(ph, name) is not None


def test_a_name_stays_what_it_is_whatever_is_imported():
    script = (
        "import parhelion as ph, parhelion.evaluation, parhelion.report, parhelion.tables, parhelion.schema, types\n"
        "assert not [name for name in ph.__all__ if isinstance(getattr(ph, name), types.ModuleType)]"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_importing_parhelion_imports_nothing_heavy():
    script = f"import parhelion, sys; print([name for name in {HEAVY} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout == "[]\n"


@pytest.mark.parametrize("verb", ["fit", "sample"])
def test_learning_and_making_need_no_scikit_learn(verb, tmp_path):
    script = (
        "import parhelion as ph, pyarrow as pa, sys\n"
        "model = ph.fit(pa.table({'a': [1, 2, 3] * 40, 'b': ['x', 'y', 'y'] * 40}))\n"
        f"{'model.sample(5)' if verb == 'sample' else ''}\n"
        "assert not {'sklearn', 'jinja2'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=tmp_path)
