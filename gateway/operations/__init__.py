"""How is the gateway doing? Metrics and health on an address of their own; home of prometheus_client."""

from gateway.operations.counting import Counting, counted_together
from gateway.operations.health import Health
from gateway.operations.listener import CannotListen, listening
from gateway.operations.scraping import Scrape

__all__ = ["CannotListen", "Counting", "Health", "Scrape", "counted_together", "listening"]
