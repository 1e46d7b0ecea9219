"""Progress that notes what begins, and may break it off."""

from litloom.progress import Progress


class Interrupting(Progress):
    """Breaks off as a stage of some name begins for the nth time."""

    def __init__(self, name, times=1):
        self._name, self._left, self.begun = name, times, []

    def stage(self, name, total=None):
        self.begun.append((name, total))
        self._left -= name == self._name
        if not self._left:
            raise KeyboardInterrupt
        return super().stage(name, total)
