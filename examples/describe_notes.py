"""From a sentence and a folder of documents to a data set, watched: `python examples/describe_notes.py DOCUMENTS DIR`.

It needs a language model: Ollama or the like on this machine, or OPENAI_API_KEY or ANTHROPIC_API_KEY in the environment
(and OPENAI_BASE_URL for another server).
"""

import sys

import parhelion as ph
from parhelion.describing import Snapshot

SENTENCE = "questions that readers of these documents ask, with a correct answer, difficulty and the page it comes from"


def look(now: Snapshot) -> None:
    """Called four times a second."""
    how_far = f"{now.accepted} of {now.asked} rows" if now.stage == "rows" else f"{now.facts} facts"
    print(f"\r{now.stage}: {how_far}, {now.calls} calls, {now.spent / 10**12:.4f} dollars", end="", file=sys.stderr)


def main() -> None:
    """A preview, and then all of it."""
    documents, folder = sys.argv[1:]
    shown = ph.describe(SENTENCE, folder, n=10, preview=3, documents=(documents,), watch=look)
    for row in shown.preview:
        print("\n", *(f"{name}: {row[name]}" for name in shown.columns), sep="\n")
    made = ph.describe(SENTENCE, folder, budget=2.0, watch=look)
    print(f"\n\n{made.rows} rows, {made.stop}:", *made.files, sep="\n  ")


if __name__ == "__main__":
    main()
