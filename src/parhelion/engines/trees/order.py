"""In which order the columns are generated, and which of them simply follow from another one."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from parhelion.engines.contract import Codes, ColumnInfo
from parhelion.engines.trees._image import first_source

ROWS_A_CODE = 10

Table = npt.NDArray[np.int32]


def determined(codes: Codes, infos: Sequence[ColumnInfo], keep: int) -> dict[int, tuple[int, Table]]:
    """Columns that follow from one other: target -> (source, target code of each source code).

    codes: (d, n). The first `keep` columns are taken as given. Sources whose codes have few rows each prove nothing and
    do not count. No chain of sources comes back to where it began.

    >>> city, country = [0, 1, 2, 0, 1, 2] * 10, [0, 0, 1, 0, 0, 1] * 10
    >>> found = determined(np.array([country, city], np.int32), [ColumnInfo(2, False), ColumnInfo(3, False)], keep=0)
    >>> {target: (source, table.tolist()) for target, (source, table) in found.items()}
    {0: (1, [0, 0, 1])}
    """
    found: dict[int, tuple[int, Table]] = {}
    sizes = np.array([i.size for i in infos], np.int64)
    ignored = np.array([-1 if i.hidden is None else i.hidden for i in infos], np.int64)
    by_size = np.argsort(sizes, kind="stable")
    possible = by_size[sizes[by_size] * ROWS_A_CODE <= codes.shape[1]]
    room = np.empty(int(sizes.max(initial=1)), np.int32)
    for target in range(keep, len(infos)):
        if sizes[target] < 2:
            continue
        larger = possible[(sizes[possible] >= sizes[target]) & (possible != target)]
        y = np.where(codes[target] == ignored[target], np.int32(-1), codes[target])
        free = np.array([f for f in larger if not _leads_to(found, int(f), target)], np.int64)
        source = first_source(codes, y, free, sizes, ignored, room)
        table = room[: sizes[source]]
        if source >= 0 and np.unique(table[table >= 0]).size > 1:
            found[target] = int(source), np.where(table < 0, np.bincount(y[y >= 0]).argmax(), table).astype(np.int32)
    return found


def _leads_to(found: dict[int, tuple[int, Table]], source: int, target: int) -> bool:
    while source in found:
        source = found[source][0]
        if source == target:
            return True
    return False


def order_of_columns(infos: Sequence[ColumnInfo], keep: int, sources: dict[int, int]) -> list[int]:
    """The first `keep` columns, then the others by rising number of codes, each determined one after its source.

    Small columns first: their joint proportions come out best, and a large one, which costs most to learn, is then
    learned once, given all others (measured in benchmarks/order.py).

    >>> infos = [ColumnInfo(2, False), ColumnInfo(90, True), ColumnInfo(3, False), ColumnInfo(2, False)]
    >>> order_of_columns(infos, 1, {3: 2})
    [0, 2, 3, 1]
    """
    free = [i for i in range(keep, len(infos)) if i not in sources]
    order = [*range(keep), *sorted(free, key=lambda i: infos[i].size)]
    waiting = {i for i in sources if i >= keep}
    while waiting:
        ready = sorted(i for i in waiting if sources[i] in order)
        for i in ready:
            order.insert(order.index(sources[i]) + 1, i)
        waiting -= set(ready)
    return order
