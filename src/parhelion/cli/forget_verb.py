"""Forgetting: deleting what a model was learned from, once it is safe."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from parhelion.cli.flags import ModelFile, Source
from parhelion.cli.layout import size_text
from parhelion.cli.voice import Always, Outcome, Voice

if TYPE_CHECKING:
    from parhelion.tables.inputs import Inputs
    from parhelion.tables.manifest import Manifest

USAGE = "MODEL SOURCE [OPTIONS]"
_VOICE = Voice()


def forget(model: ModelFile, source: Source, /, *, voice: Always = _VOICE) -> Outcome:
    """Go on deleting what a model was learned from.

    For where fit --forget was broken off, or could not delete all of it.

    For example:
      parhelion forget mails.parhelion mails.csv
    """
    from parhelion.tables import forget as go_on  # noqa: PLC0415
    from parhelion.tables.manifest import place_of, read_manifest  # noqa: PLC0415

    for each in read_manifest(place_of(model)).left:
        voice.say(f"to be deleted: {each.path}")
    return _told(go_on(model, source), {"output": model}, voice)


def fit_and_forget(source: str, output: str, voice: Voice, *, overwrite: bool, chosen: dict[str, Any]) -> Outcome:
    """What fit does when it is to forget."""
    from parhelion.tables import fit_and_forget as learn  # noqa: PLC0415

    def announce(inputs: "Inputs") -> None:
        for each in inputs.files:
            voice.say(f"to be deleted when the model is safe: {each.path}, {size_text(each.bytes)}")

    with voice.progress() as report:
        model, manifest = learn(source, output, overwrite=overwrite, announce=announce, progress=report, **chosen)
    voice.notes(model.notes)
    size = Path(output).stat().st_size
    voice.say(f"{output}: learned from {model.learned:,} of {model.rows:,} rows, {size_text(size)}")
    return _told(manifest, {"output": output, "bytes": size, **model.summary()}, voice)


def _told(manifest: "Manifest", facts: dict[str, Any], voice: Voice) -> Outcome:
    from parhelion.tables.manifest import place_of  # noqa: PLC0415

    for each in manifest.deletions:
        voice.say(f"deleted: {each.path}" + (f" ({each.note})" if each.note else ""))
    record = place_of(facts["output"])
    voice.say(f"{record}: what was learned from, what is kept of it, and what cannot be promised")
    return Outcome({**facts, "record": str(record), "forgotten": manifest.model_dump(mode="json")})
