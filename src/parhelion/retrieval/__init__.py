"""Documents: found on this machine or on the web, fetched politely, kept as text.

Names are imported when they are first used: the web needs extras, an index of files needs none.
"""

from typing import TYPE_CHECKING

from parhelion.lazily import lazily

if TYPE_CHECKING:
    from parhelion.retrieval.contract import Changes, Document, Hit, PageCache, Search, SearchError, document_of
    from parhelion.retrieval.fetching import Fetcher
    from parhelion.retrieval.local_index import LocalIndex
    from parhelion.retrieval.providers import Brave, Local, SearXNG, Tavily, Urls
    from parhelion.retrieval.unfetched import FetchError, Unfetched

_HOME = {
    **dict.fromkeys(("Changes", "Document", "Hit", "PageCache", "Search", "SearchError", "document_of"), "contract"),
    **dict.fromkeys(("FetchError", "Unfetched"), "unfetched"), "Fetcher": "fetching", "LocalIndex": "local_index",
    **dict.fromkeys(("Brave", "Local", "SearXNG", "Tavily", "Urls"), "providers"),
}  # fmt: skip

__all__ = [
    "Brave",
    "Changes",
    "Document",
    "FetchError",
    "Fetcher",
    "Hit",
    "Local",
    "LocalIndex",
    "PageCache",
    "SearXNG",
    "Search",
    "SearchError",
    "Tavily",
    "Unfetched",
    "Urls",
    "document_of",
]

__getattr__ = lazily(__name__, _HOME)
