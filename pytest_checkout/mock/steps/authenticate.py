"""Step 1: whose request it is."""

# A step takes what those need who override it.
# ruff: noqa: ARG002

from __future__ import annotations

from pytest_checkout.mock.keys import basic_user
from pytest_checkout.mock.messages import Call, Refusal
from pytest_checkout.mock.steps.base import Steps


class Authenticating(Steps):
    """Find out whose request it is."""

    def authenticate(self, call: Call) -> None:
        """Find out whose request it is; without good credentials nothing else is looked at."""
        key = self.key_of(call)
        account = next((item for item in self.accounts if self.key_matches(key, item.key)), None)
        if account is None:
            raise self.unauthorized(401, "The API key is not known.")
        if account.publishable:
            self.meet_publishable(call)
        call.account = account

    def key_of(self, call: Call) -> str:
        """The key that the request carries."""
        security = self.contract.security
        if security is None:
            return self.keys.secret
        sent = call.request.header(security.header)
        if sent is None:
            return self.meet_no_credentials(call)
        if security.scheme == "header":
            return sent
        scheme, _, credentials = sent.strip(" \t").partition(" ")
        if scheme.lower() != security.scheme:
            return self.meet_other_scheme(scheme, credentials.strip(" "))
        if security.scheme == "bearer":
            return credentials.strip(" ")
        user = basic_user(credentials.strip(" "))
        return self.meet_malformed_credentials(credentials) if user is None else user

    def meet_no_credentials(self, call: Call) -> str:
        """No header: refused."""
        raise self.unauthorized(401, "An API key is needed.")

    def meet_other_scheme(self, scheme: str, credentials: str) -> str:
        """Another scheme: refused."""
        raise self.unauthorized(401, "Another authentication scheme is needed.")

    def meet_malformed_credentials(self, credentials: str) -> str:
        """Credentials that can't be read: refused."""
        raise self.unauthorized(self.MALFORMED_CREDENTIALS, "The credentials are malformed.")

    def meet_publishable(self, call: Call) -> None:
        """A publishable key may do nothing here."""
        raise self.unauthorized(self.PUBLISHABLE, "A publishable key may not do this.")

    def key_matches(self, sent: str, key: str) -> bool:
        """Whether the key that was sent is this one."""
        return sent == key

    def unauthorized(self, status: int, message: str) -> Refusal:
        """A refusal that names the scheme that is wanted (RFC 9110, 11.6.1)."""
        scheme = self.contract.security.scheme if self.contract.security is not None else "basic"
        challenge = "Bearer" if scheme == "bearer" else 'Basic realm="api"'
        return Refusal(status, message, headers=(("WWW-Authenticate", challenge),) if status == 401 else ())
