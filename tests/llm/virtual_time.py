"""An event loop in which waiting takes no time: the clock jumps to whatever comes next."""

import asyncio
import selectors


class _Jumping(selectors.SelectSelector):
    now = 0.0

    def select(self, timeout=None):
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("everybody waits and nothing will ever happen")
        if not ready:
            self.now += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self):
        self.jumping = _Jumping()
        super().__init__(self.jumping)

    def time(self):
        return self.jumping.now


def run(main):
    """What a coroutine returns. Whatever goes wrong behind its back is raised too."""
    faults = []
    with asyncio.Runner(loop_factory=_Loop) as runner:
        runner.get_loop().set_exception_handler(lambda _, context: faults.append(context))
        result = runner.run(main)
        assert not [task for task in asyncio.all_tasks(runner.get_loop()) if not task.done()], "tasks were left behind"
    assert not faults, faults
    return result
