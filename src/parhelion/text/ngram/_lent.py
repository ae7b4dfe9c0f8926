"""Arrays of the caller's, in compiled kernels, without counting who refers to them.

A function that takes a tuple of arrays counts the users of each up and down again, by an atomic step that threads wait
for. In a kernel that calls such functions for every word this took more time than all the rest.
"""

from typing import Any, TypeVar

from numba.core import cgutils, types
from numba.extending import intrinsic, overload

T = TypeVar("T")


def lent(held: T) -> T:
    """The same tuple, for arguments that Python passes to a kernel: their arrays live as long as it runs."""
    return held


@overload(lent)  # type: ignore[untyped-decorator]  # numba has no types
def _lent(held: Any) -> Any:  # noqa: ARG001 (numba asks by it for what types there is a kernel)
    def same(held: Any) -> Any:
        return _uncounted(held)

    return same


@intrinsic  # type: ignore[untyped-decorator]  # numba has no types
def _uncounted(typing: Any, held: Any) -> Any:  # noqa: ARG001 (numba passes what it types with)
    def make(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        members = zip(held, cgutils.unpack_tuple(builder, arguments[0]), strict=True)
        return context.make_tuple(builder, held, [_borrowed(context, builder, *member) for member in members])

    return held(held), make


def _borrowed(context: Any, builder: Any, kind: Any, member: Any) -> Any:
    if not isinstance(kind, types.Array):
        return member
    array = context.make_array(kind)(context, builder, member)
    array.meminfo = cgutils.get_null_value(array.meminfo.type)
    return array._getvalue()  # noqa: SLF001 (numba's only way)
