"""Documents answered lately are given from memory, within a bound, and never a stale one."""

from store_acts import MZ, NUMBER, publish

from gateway.exchange.ports import Document, Form
from gateway.store.remembered import RememberedDocuments


class Shelf:
    """Where documents are fetched from. fetched: how often."""

    def __init__(self, document):
        self.document, self.fetched = document, 0

    def __call__(self):
        self.fetched += 1
        return self.document


def test_a_document_is_fetched_once():
    remembered, shelf = RememberedDocuments(), Shelf(Document(b"<a/>", b"<seal/>"))
    assert remembered.get((1, 1), shelf) is remembered.get((1, 1), shelf) is shelf.document
    assert shelf.fetched == 1


def test_what_is_not_there_is_asked_for_again():
    remembered, shelf = RememberedDocuments(), Shelf(None)
    assert remembered.get((1, 1), shelf) is remembered.get((1, 1), shelf) is None
    assert shelf.fetched == 2


def test_the_longest_unasked_give_way():
    remembered = RememberedDocuments(most_bytes=250)
    shelves = [Shelf(Document(b"x" * 100)) for _ in range(3)]
    for place in (0, 1, 0, 2):  # 1 has not been asked for since
        remembered.get((place,), shelves[place])
    for place in (0, 2, 1):
        remembered.get((place,), shelves[place])
    assert [shelf.fetched for shelf in shelves] == [1, 2, 1]


def test_a_seal_counts_too():
    remembered, shelf = RememberedDocuments(most_bytes=250), Shelf(Document(b"x", b"y" * 100))
    for _ in range(2):
        remembered.get((1,), shelf)
    assert shelf.fetched == 2


def test_a_change_is_seen_at_once(store):
    publish(store)
    (before,) = store.answers.find(MZ, NUMBER)
    assert store.answers.document(before, "v1", Form.NON_FINAL).content
    with store.begin_work() as work:
        known = work.permits.get(before.authority, NUMBER)
        work.permits.change(known, known.published, {("v1", Form.NON_FINAL): Document(b"<later/>")})
        work.commit()
    (after,) = store.answers.find(MZ, NUMBER)
    assert after.revision > before.revision
    assert store.answers.document(after, "v1", Form.NON_FINAL).content == b"<later/>"
