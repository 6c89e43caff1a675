"""Pages of the training course, over the permits of the sandbox."""

from gateway.bootstrap.gateway import Gateway
from gateway.domain.permit.permit import Permit
from gateway.exchange.permits.own_permits import PermitName
from gateway.exchange.training.course_work import CourseWork
from gateway.web.people.page import Area
from gateway.web.training.pages import TrainingPages, training_area


def training(gateway: Gateway) -> Area:
    """The area of the training course; an empty one where this is no sandbox."""
    if not gateway.settings.sandbox:
        return Area(())
    country = next(iter(gateway.permits.served.authorities)).country.text

    def permit(number: str) -> Permit:
        return gateway.permits.show.show(PermitName(country, number)).permit

    return training_area(TrainingPages(CourseWork(gateway.store.training, permit, gateway.clock)))
