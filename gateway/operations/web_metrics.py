"""Metrics of the pages for people. Labels are areas and classes of status, never a name."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from gateway.operations.worker_metrics import count_in_folder

_BUCKETS = (0.01, 0.05, 0.1, 0.3, 0.5, 1.0, 2.0, 5.0)


class WebMetrics:
    """Counters of one worker process."""

    def __init__(self) -> None:
        count_in_folder()
        self.registry = CollectorRegistry()
        self._answers = Counter(
            "epix_web_answers",
            "Answers to people, by area and class of the status.",
            ("area", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "epix_web_answer_seconds",
            "From the complete request of a person to its answer.",
            ("area",),
            buckets=_BUCKETS,
            registry=self.registry,
        )

        self._failed_sign_ins = Counter(
            "epix_web_failed_sign_ins",
            "Sign-ins of people that failed, by what was shown.",
            ("shown",),
            registry=self.registry,
        )

    def sign_in_failed(self, shown: str) -> None:
        """Count a failed sign-in. shown: one of few words, such as `password`."""
        self._failed_sign_ins.labels(shown).inc()

    def answered(self, page: str, status: int, seconds: float) -> None:
        """Count an answer.

        page: path as in the table of pages, whose first part is the area; `api:OPERATION` for the
        JSON API.
        """
        area = page.partition(":")[0].lstrip("/").partition("/")[0] or "start"
        self._answers.labels(area, f"{status // 100}xx").inc()
        self._seconds.labels(area).observe(seconds)
