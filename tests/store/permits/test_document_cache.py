"""LRU cache of documents: bounded, and never stale."""

from gateway.exchange.ports import Document, DocumentForm
from gateway.store.permits.document_cache import DocumentCache
from tests.store.store_acts import MZ, NUMBER, publish


class Source:
    """Where documents are fetched from. fetched: how often."""

    def __init__(self, document):
        self.document, self.fetched = document, 0

    def __call__(self):
        self.fetched += 1
        return self.document


def test_a_document_is_fetched_once():
    cache, source = DocumentCache(), Source(Document(b"<a/>", b"<seal/>"))
    assert cache.get((1, 1), source) is cache.get((1, 1), source) is source.document
    assert source.fetched == 1


def test_a_missing_document_is_not_cached():
    cache, source = DocumentCache(), Source(None)
    assert cache.get((1, 1), source) is cache.get((1, 1), source) is None
    assert source.fetched == 2


def test_the_least_recently_used_is_evicted():
    cache = DocumentCache(max_bytes=250)
    sources = [Source(Document(b"x" * 100)) for _ in range(3)]
    for place in (0, 1, 0, 2):  # 1 has not been asked for since
        cache.get((place,), sources[place])
    for place in (0, 2, 1):
        cache.get((place,), sources[place])
    assert [source.fetched for source in sources] == [1, 2, 1]


def test_a_seal_counts_too():
    cache, source = DocumentCache(max_bytes=250), Source(Document(b"x", b"y" * 100))
    for _ in range(2):
        cache.get((1,), source)
    assert source.fetched == 2


def test_a_change_is_seen_at_once(store):
    publish(store)
    (before,) = store.permit_lookup.find(MZ, NUMBER)
    assert store.permit_lookup.document(before, "v1", DocumentForm.NON_FINAL).content
    with store.begin_work() as work:
        known = work.permits.get(before.authority, NUMBER)
        work.permits.change(
            known, known.published, {("v1", DocumentForm.NON_FINAL): Document(b"<later/>")}
        )
        work.commit()
    (after,) = store.permit_lookup.find(MZ, NUMBER)
    assert after.revision > before.revision
    assert store.permit_lookup.document(after, "v1", DocumentForm.NON_FINAL).content == b"<later/>"
