"""Models with texts altered by somebody who knows the format, and puts every hash right again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from text_cases import mails

import parhelion as ph

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small model with everything that texts have: labels of three kinds, values that are masked, other texts."""
    labels, texts = mails(150)
    texts = [f"{text} mail ann{i}@home.com" if i % 3 == 0 else text for i, text in enumerate(texts)]
    days = (np.datetime64("2024-01-01") + 2 * np.arange(150)).astype("datetime64[D]")
    data = pa.table({"label": labels, "stars": np.arange(150) % 5, "day": days, "text": texts})
    path = tmp_path_factory.mktemp("model") / "small.parhelion"
    ph.fit(data, text="text", label=["label", "stars", "day"], protect=5).save(path)
    return path


@pytest.mark.parametrize(("what", "share"), [("arrays", 0.02), ("heads", 0.04)])
def test_texts_altered_with_their_hashes_are_refused_or_harmless(small, tmp_path, what, share):
    """The kernels read where the arrays say, unchecked: what is not refused must not lead outside.

    In a process of its own, with interpreted kernels, which check every index. share: of all alterations; 1 takes a
    quarter of an hour, and is what to run after changes to the format or the kernels.
    """
    command = [sys.executable, "-W", "ignore", HERE / "text_tampering.py", what, small, tmp_path / "m.parhelion"]
    env = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(HERE.parent / "tables")}
    done = subprocess.run([*command, str(share)], capture_output=True, text=True, check=False, env=env, timeout=1800)
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told["wrong"] == []
    assert told["refused"] > 20
    assert told["fine"] > 1
