"""Words of the pages for roles and acts, as sentences of the catalogues."""

from collections.abc import Mapping

from gateway.domain.people.roles import Role
from gateway.domain.people.sentence import Sentence
from gateway.domain.people.sign_on import SignOnProblem
from gateway.exchange.people.acts import Act

ROLES = {
    Role.CUSTOMS: Sentence("Customs officer"),
    Role.AUTHORITY: Sentence("Officer of the Management Authority"),
    Role.OPERATOR: Sentence("Operator of the gateway"),
    Role.AUDITOR: Sentence("Auditor"),
    Role.ADMINISTRATOR: Sentence("Administrator"),
}
ROLE_HINTS = {
    Role.CUSTOMS: Sentence("Looks at permits at the border and confirms quantities."),
    Role.AUTHORITY: Sentence("Sees the permits of the authority."),
    Role.OPERATOR: Sentence("Runs the gateway: partners, outbox, keys."),
    Role.AUDITOR: Sentence("Reads what people did, and changes nothing."),
    Role.ADMINISTRATOR: Sentence("Adds people, gives them roles, and helps them back in."),
}
ACTS = {
    Act.SIGNED_IN: Sentence("Signed in"),
    Act.SIGN_IN_FAILED: Sentence("Sign-in failed"),
    Act.LOCKED: Sentence("Sign-in failed; the account waits"),
    Act.SIGNED_OUT: Sentence("Signed out"),
    Act.AUTHORITY_CHOSEN: Sentence("Authority chosen"),
    Act.SESSION_ENDED: Sentence("Other sessions ended"),
    Act.PASSWORD_CHANGED: Sentence("Password changed"),
    Act.RECOVERED: Sentence("Password set with a one-time code"),
    Act.FACTOR_ADDED: Sentence("Second factor added"),
    Act.FACTOR_REMOVED: Sentence("Second factor removed"),
    Act.ADDED: Sentence("Person added"),
    Act.GRANTS_CHANGED: Sentence("Roles changed"),
    Act.DISABLED: Sentence("Account closed"),
    Act.ENABLED: Sentence("Account opened again"),
    Act.RESET: Sentence("Password taken away, one-time code made"),
    Act.ERASED: Sentence("Name erased"),
    Act.LINKED: Sentence("Linked with the national sign-on"),
    Act.UNLINKED: Sentence("Link with the national sign-on removed"),
    Act.LOOKED_UP: Sentence("Looked up a permit"),
    Act.COMPARED: Sentence("Compared a paper with its permit"),
    Act.COUNTED: Sentence("Counted quantities at the border"),
    Act.DELIVERY_RETRIED: Sentence("Confirmation sent again"),
    Act.DELIVERY_HELD: Sentence("Confirmation held back"),
    Act.DELIVERY_DROPPED: Sentence("Confirmation given up"),
    Act.SERVICE_CLOSED: Sentence("Service closed for maintenance"),
    Act.SERVICE_OPENED: Sentence("Service opened again"),
    Act.EVIDENCE_TAKEN: Sentence("Evidence of an exchange taken out"),
    Act.DIAGNOSTICS_TAKEN: Sentence("Archive for support taken out"),
}
SIGN_ON_PROBLEMS: Mapping[str, Sentence] = {
    SignOnProblem.AWAY: Sentence(
        "The national sign-on does not answer at the moment. Try again in a minute. An"
        " administrator can sign in below."
    ),
    SignOnProblem.REFUSED: Sentence(
        "The answer of the national sign-on was not taken: it was too old, was used already, or"
        " does not belong to this browser. Begin again."
    ),
    SignOnProblem.CANCELLED: Sentence("The national sign-on was ended before you were signed in."),
    SignOnProblem.NO_ACCOUNT: Sentence(
        "Your national sign-on opens nothing here. The administrator of your authority can change"
        " that."
    ),
    SignOnProblem.NO_FACTOR: Sentence(
        "A second factor is needed. Sign in there with one, or ask the administrator of your"
        " authority for a one-time code, and add an authenticator to your account here."
    ),
    SignOnProblem.SIGNED_OUT: Sentence(
        "You are signed out here. At the national sign-on you may still be signed in."
    ),
}
"""By the word in the address of the sign-in page."""
