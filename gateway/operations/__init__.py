"""Operations: health and metrics on an address of their own. The only home of prometheus_client."""

from gateway.operations.health import Health
from gateway.operations.listener import CannotListen, listening
from gateway.operations.scraping import Scrape
from gateway.operations.web_scrape import WebScrape
from gateway.operations.worker_metrics import WorkerMetrics, multiprocess_metrics

__all__ = [
    "CannotListen",
    "Health",
    "Scrape",
    "WebScrape",
    "WorkerMetrics",
    "listening",
    "multiprocess_metrics",
]
