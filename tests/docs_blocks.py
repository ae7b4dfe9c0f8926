"""The fenced blocks of a document, carried out: files are written, commands run, and what they print is compared.

A comment of HTML before a block says what it is for, where its language does not:

    <!-- file: manual/kettle.md -->   the block is written there
    <!-- edit: qa/plan.yaml -->       a diff block: what stands behind - becomes what stands behind +
    <!-- part of a plan -->           a YAML block: a plan with these parts is read, and nothing is wrong with it
    <!-- until: TEXT -->              a console block: its one command goes on until the end; it says TEXT first
    <!-- status: 1 -->                a console block: the exit status of its last command
    <!-- not run: WHY -->             nothing is done

Blocks of `console` are commands behind `$ `, each with what it prints below; `...` stands for anything, as in doctests.
Blocks of `python` are doctests, and share their names. What is neither is refused: nothing is left out in silence.
"""

import doctest
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import yaml

import parhelion as ph

_BLOCK = re.compile(
    r"(?:^<!-- (?P<told>[^\n]+?) -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_STEP = re.compile(r"^\$ (.*(?:(?<=\\)\n.*)*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)  # a command, and what it prints
_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
_LINE_ENDS = re.compile(r" +$", re.MULTILINE)
PATIENCE = 120.0  # seconds for what is to be said first, and for an end


@dataclass(frozen=True)
class Block:
    """line: of the document. told: the comment before it."""

    line: int
    language: str
    text: str
    told: str = ""

    @property
    def purpose(self) -> tuple[str, str]:
        """What the comment says: a word, and what belongs to it."""
        word, _, rest = self.told.partition(": ")
        return word, rest


def blocks_of(text: str) -> list[Block]:
    """All fenced blocks.

    >>> blocks_of("A file:\\n\\n<!-- file: a.txt -->\\n```text\\nHello\\n```\\n")
    [Block(line=4, language='text', text='Hello\\n', told='file: a.txt')]
    """
    return [
        Block(text.count("\n", 0, found.start("language")) + 1, found["language"], found["text"], found["told"] or "")
        for found in _BLOCK.finditer(text)
    ]


@dataclass
class Reader:
    """Somebody who does all that a document says, in a folder. swaps: what stands there, and what is meant here."""

    folder: Path
    swaps: dict[str, str]
    left_out: list[str] = field(default_factory=list)
    _names: dict = field(default_factory=dict)
    _going_on: list = field(default_factory=list)

    def __enter__(self):
        self._before = Path.cwd()
        os.chdir(self.folder)
        return self

    def __exit__(self, *_):
        os.chdir(self._before)
        for process in reversed(self._going_on):
            process.send_signal(signal.SIGINT)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                raise

    def said(self) -> str:
        """All that the commands have said which go on until the end."""
        return "".join(file.read_text() for file in sorted(self.folder.glob("going-on-*.txt")))

    def do(self, block: Block) -> str:
        """What is amiss with a block; nothing where it holds."""
        match block.purpose, block.language:
            case ("not run", why), _:
                self.left_out.append(why)
            case ("file", name), _:
                return self._write(name, block.text)
            case ("edit", name), "diff":
                return self._edit(name, block.text)
            case ("part of a plan", _), "yaml":
                return _part(block.text)
            case ("until", said), "console":
                return self._start(block.text, said)
            case ("" | "status", status), "console":
                return self._run(block.text, int(status or 0))
            case ("", _), "python":
                return self._doctest(block)
            case _:
                return f"nobody knows what to do with it: {block.told!r}, {block.language!r}"
        return ""

    def _here(self, text: str) -> str:
        for there, here in self.swaps.items():
            text = text.replace(there, here)
        return text

    def _there(self, text: str) -> str:
        for there, here in self.swaps.items():
            text = text.replace(here, there)
        return text

    def _write(self, name: str, text: str) -> str:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(self._here(text), encoding="utf-8")
        return ""

    def _edit(self, name: str, text: str) -> str:
        old = "".join(line[1:] + "\n" for line in text.splitlines() if line[:1] in "- ")
        new = "".join(line[1:] + "\n" for line in text.splitlines() if line[:1] in "+ ")
        there = Path(name).read_text(encoding="utf-8")
        if there.count(self._here(old)) != 1:
            return f"{name} has {there.count(self._here(old))} times:\n{old}"
        Path(name).write_text(there.replace(self._here(old), self._here(new)), encoding="utf-8")
        return ""

    def _run(self, text: str, status: int) -> str:
        steps = _STEP.findall(text)
        wrong = ""
        for place, (command, expected) in enumerate(steps, 1):
            ended, got = _typed(self._here(command))
            wrong += _differs(command, expected, self._there(got))
            wanted = status if place == len(steps) else 0
            if ended != wanted:
                wrong += f"\n$ {command}\nended with {ended}, not {wanted}\n{got[-2000:]}"
        return wrong if steps else "there is no command in it"

    def _start(self, text: str, said: str) -> str:
        command, _, expected = text.removeprefix("$ ").partition("\n")
        out = self.folder / f"going-on-{len(self._going_on)}.txt"
        with out.open("w") as file:
            process = subprocess.Popen(
                f"exec {self._here(command)}", shell=True, stdout=file, stderr=subprocess.STDOUT, env=_environment()
            )
        self._going_on.append(process)
        end = time.monotonic() + PATIENCE
        while said not in (text := out.read_text()) or not text.endswith("\n"):
            if process.poll() is not None or time.monotonic() > end:
                return f"$ {command}\ndid not say {said!r}:\n{text}"
            time.sleep(0.05)
        return _differs(command, expected, self._there(text))

    def _doctest(self, block: Block) -> str:
        test = doctest.DocTestParser().get_doctest(self._here(block.text), self._names, "docs", "docs", block.line)
        told: list[str] = []
        # `clear_globs` would take the names away that the next block uses.
        doctest.DocTestRunner(optionflags=_FLAGS, verbose=False).run(test, out=told.append, clear_globs=False)
        self._names = test.globs
        return self._there("".join(told))


def _typed(command: str) -> tuple[int, str]:
    """The exit status of a command, and all that it says."""
    done = subprocess.run(
        command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        env=_environment(),
    )  # fmt: skip
    return done.returncode, done.stdout


def _differs(command: str, expected: str, got: str) -> str:
    got = _LINE_ENDS.sub("", got)
    if doctest.OutputChecker().check_output(expected, got, _FLAGS):
        return ""
    return f"\n$ {command}\nexpected:\n{expected}got:\n{got}"


def _part(text: str) -> str:
    """A whole plan with the parts that a block shows."""
    shown = yaml.safe_load(text)
    fields = {"mood": {"make": "category", "values": ["calm", "cross"]}, **shown.pop("fields", {})}
    writer = {"model": "llama3.2", "endpoints": [{"url": "http://localhost:11434/v1"}]}
    whole = {"goal": "g", "models": {"writer": writer}, **shown, "fields": fields}
    try:
        ph.read_plan(yaml.safe_dump(whole, sort_keys=False))
    except ph.PlanError as fault:
        return str(fault)
    return ""


def _environment() -> dict[str, str]:
    """As on a newcomer's machine: this Python's programs are found, no server is named, and nobody watches."""
    named = ("OPENAI", "ANTHROPIC", "PARHELION")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(named)}
    return kept | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
