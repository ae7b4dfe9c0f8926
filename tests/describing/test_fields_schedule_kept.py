"""The schedule of quotas is kept block by block, and is the same whether it is read or made."""

from parhelion.describing.fields.quotas import BLOCK, Quotas
from parhelion.describing.plan.model import Plan
from parhelion.describing.store import open_store

FIELDS = {
    "mood": {"make": "category", "values": ["calm", "cross", "sad"]},
    "size": {"make": "category", "values": {"long": 1, "short": 2}, "by": "mood", "given": {"sad": {"long": 1}}},
}
PLAN = Plan.model_validate(
    {
        "goal": "g",
        "fields": FIELDS,
        "quotas": {"mood": {"calm": 0.5, "cross": 0.3, "sad": 0.2}, "size": {"long": 0.6, "short": 0.4}},
    }
)
SLOTS = 3 * BLOCK + 50


def test_it_is_the_same_made_and_read_and_gone_on_with(tmp_path):
    alone = Quotas(PLAN)
    made = [alone.at(slot) for slot in range(SLOTS)]
    with open_store(tmp_path) as store:
        first = Quotas(PLAN, store, "schedule")
        assert [first.at(slot) for slot in range(2 * BLOCK + 10)] == made[: 2 * BLOCK + 10]
        assert [store.get(f"schedule {block}") is None for block in range(3)] == [False, False, True]
        later = Quotas(PLAN, store, "schedule")
        assert later.at(SLOTS - 1) == made[-1]
        assert [later.at(slot) for slot in range(SLOTS)] == made


def test_shares_hold_over_the_ends_of_blocks():
    quotas = Quotas(PLAN)
    moods = [quotas.at(slot)["mood"] for slot in range(SLOTS)]
    for n in range(BLOCK - 20, SLOTS):
        assert abs(moods[:n].count("sad") - 0.2 * n) <= 1


def test_another_schedule_is_kept_apart(tmp_path):
    with open_store(tmp_path) as store:
        Quotas(PLAN, store, "one").at(BLOCK)
        assert store.get("two 0") is None
