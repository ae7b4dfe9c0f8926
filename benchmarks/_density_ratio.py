"""A membership attack by density ratio (DOMIAS, van Breugel et al. 2023, arXiv 2302.12580, equation 2).

Run by the scoring environment: TOOLS TRAIN TEST SYNTHETIC TARGET TASK; prints one JSON object.

A classifier learns to tell synthetic rows from unseen ones: its odds estimate p_synthetic(x) / p(x), which is high
where the generator has put more mass than the population has. Members (training rows) are then ranked against other
unseen rows by these odds; the AUC is 0.5 where the generator does not give its members away.
"""

import json
import sys
import warnings

import lightgbm
import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

MEMBERS = 6000
SEED = 0

warnings.filterwarnings("ignore")


def odds(synthetic: pd.DataFrame, reference: pd.DataFrame, asked: pd.DataFrame) -> np.ndarray:
    rows = pd.concat([synthetic, reference])
    labels = np.r_[np.ones(len(synthetic)), np.zeros(len(reference))]
    model = lightgbm.LGBMClassifier(n_estimators=500, num_leaves=63, verbose=-1, n_jobs=2, random_state=SEED)
    return model.fit(rows, labels).predict(asked, raw_score=True)


def attack(train: pd.DataFrame, test: pd.DataFrame, synthetic: pd.DataFrame) -> dict[str, float]:
    """Of 16,281 unseen rows 6,000 are asked about and 10,281 are the reference; of fewer, 6 in 16 are asked about."""
    count = min(MEMBERS, len(test) * 6 // 16)
    test = test.sample(frac=1, random_state=SEED)
    members, others = train.sample(count, random_state=SEED), test.iloc[:count]
    ranks = odds(synthetic, test.iloc[count:], pd.concat([members, others]))
    auc = roc_auc_score(np.r_[np.ones(count), np.zeros(count)], ranks)
    return {"domias": round(float(auc), 4), "domias_se": round((1 / (6 * count)) ** 0.5, 4)}


def main() -> None:
    tools, train, test, synthetic, target, task = sys.argv[1:]
    sys.path.insert(0, tools)
    import score_table

    frames = [score_table.read(path) for path in (train, test, synthetic)]
    frames[2] = score_table.as_booleans(frames[2], frames[0])
    texts = score_table.categorical(frames[0], {target} if task == "classification" else set())
    frames = [score_table.tidy(frame[frames[0].columns], texts) for frame in frames]
    every = pd.concat(frames)
    print(json.dumps(attack(*(score_table.typed(frame, texts, every) for frame in frames))))


if __name__ == "__main__":
    main()
