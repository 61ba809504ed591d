"""The API itself: a pipeline of named steps, made from a contract alone, without a socket.

A request goes through :meth:`Api.authenticate`, :meth:`Api.route`, :meth:`Api.choose_version`, :meth:`Api.parse`,
:meth:`Api.validate`, :meth:`Api.apply`, :meth:`Api.render` and :meth:`Api.write`; each small step is a method of its
own, so that a fault or a variant is a subclass that overrides one of them.
"""

from __future__ import annotations

from typing import Any

from pytest_checkout.mock.messages import Answer, Call, Refusal, Request
from pytest_checkout.mock.steps.apply import Applying
from pytest_checkout.mock.steps.authenticate import Authenticating
from pytest_checkout.mock.steps.read import Reading
from pytest_checkout.mock.steps.render import Rendering
from pytest_checkout.mock.steps.route import Routing
from pytest_checkout.mock.steps.validate import Validating
from pytest_checkout.mock.steps.write import Writing


class Api(Authenticating, Routing, Reading, Validating, Applying, Rendering, Writing):
    """A conforming API of the contract's operations."""

    def answer(self, request: Request) -> Answer:
        """Answer one request; the outermost step."""
        self.count += 1
        call = Call(request=request)
        try:
            return self.respond(call)
        except Refusal as refusal:
            return self.refuse(call, refusal)

    def respond(self, call: Call) -> Answer:
        """Take the request through all steps."""
        self.authenticate(call)
        if self.route(call):
            return Answer(status=204, headers=[("Allow", self.allowed(call.request.path))])
        self.choose_version(call)
        if call.role in {"create", "update"}:
            self.parse(call)
            self.validate(call)
        value = self.perform(call)
        return self.write(call, self.success_status(call), value)

    def refuse(self, call: Call, refusal: Refusal) -> Answer:
        """The answer to a request that is refused."""
        return self.write(call, refusal.status, self.error_body(call, refusal), headers=refusal.headers)

    def perform(self, call: Call) -> Any:
        """Do what the operation is for, and say what the session is now."""
        if call.role == "create":
            call.session = self.new_session(call)
            self.store.add(call.session)
            return self.render(call)
        if call.role == "retrieve":
            return self.render(call)
        with self.locked(call.target):
            self.apply(call)
            return self.render(call)
