"""Check of the national sign-on: its OpenID provider is asked, as `check-config --network` wants.

The client secret is not sent: it counts together with the code of a person alone.
"""

from collections.abc import Sequence

from gateway.bootstrap.clock import now
from gateway.exchange.ports.people.sign_on import SignOnUnavailable
from gateway.settings import Settings


def sign_on_findings(settings: Settings) -> tuple[Sequence[str], Sequence[str]]:
    """Remarks and warnings, a sentence each; none of both without [web.sign_on]."""
    from gateway.bootstrap.web.people import sign_on_provider

    sign_on = settings.web.sign_on
    if sign_on is None:
        return (), ()
    try:
        state = sign_on_provider(sign_on, settings.web.address, now).state()
    except SignOnUnavailable as failed:
        return (), (
            f"web.sign_on: {sign_on.issuer} gives no usable answer: {failed}. Nobody can sign in"
            " there until it does",
        )
    remark = (
        f"National sign-on: {sign_on.issuer} answers; {state.keys} of its keys may sign ID tokens"
    )
    warnings = []
    if not state.tells_logout:
        warnings.append(
            f"web.sign_on: {sign_on.issuer} does not offer back-channel logout: a session here"
            " goes on when a person signs out there (docs/people.md)"
        )
    if not state.ends_sessions:
        warnings.append(
            f"web.sign_on: {sign_on.issuer} has no address for the sign-out: a session there goes"
            " on when a person signs out here"
        )
    return (remark,), tuple(warnings)
