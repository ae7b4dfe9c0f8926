"""Word lists, written as running text."""


def listed(words: str) -> frozenset[str]:
    """
    >>> sorted(listed("herr frau"))
    ['frau', 'herr']
    """
    return frozenset(words.split())
