"""Verdicts of every kind, for the tests of the reports."""

from pytest_checkout import load_contract
from pytest_checkout.exchange import Body, Exchange, Request, Response
from pytest_checkout.script import script
from pytest_checkout.verdict import Evidence, RunSummary, Verdict

ID = "cs_test_aBcDeFgHiJkLmNoP"
SOURCE = "https://apidocs.tryspeed.com/reference/update-a-checkout-session"
CREATE_BODY = (
    '{"amount":250.75,"currency":"USD","payment_methods":["lightning","onchain"],'
    '"description":"Order 1042, two tickets",'
    '"success_message":"Thank you for your order","title":"Summer concert",'
    '"metadata":{"order_id":"1042","Channel":"web"}}'
)


def exchange(
    method: str,
    target: str,
    body: str = "",
    *,
    answer: str = '{"id":"' + ID + '"}',
    status: int = 200,
    role: str = "update",
    credentials: str = "secret",
    version: str = "",
    purpose: str = "",
) -> Exchange:
    headers = (("speed-version", version),) if version else ()
    return Exchange(
        request=Request(
            method=method,
            target=target,
            headers=(*headers, *((("Content-Type", "application/json"),) if body else ())),
            body=Body.of(body.encode()) if body else None,
            credentials=credentials,
        ),
        response=Response(
            status=status,
            headers=(("Content-Type", "application/json"),),
            body=Body.of(answer.encode()),
            value={"id": ID},
        ),
        role=role,
        session="A",
        purpose=purpose,
    )


CREATE = exchange("POST", "/checkout-sessions", CREATE_BODY, role="create")
UPDATE = exchange("POST", f"/checkout-sessions/{ID}", '{"title":"' + "x" * 65 + '"}', version="2022-10-15")
READ = exchange("GET", f"/checkout-sessions/{ID}", role="retrieve")
EXAMPLE = (CREATE, UPDATE, READ)
WANTED = "title is kept as it was sent, 65 characters long"
GOT = '200 {"id":"' + ID + '","title":"' + "x" * 64 + '"} (64 characters)'
CUT = Verdict(
    id="update.reads_back[title]",
    area="update",
    level="must",
    statement="A retrieve within a second after an update shows the values that were sent.",
    source=SOURCE,
    verdict="broken",
    reason="title was cut",
    frequency="3 of 3",
    node_ids=("checkout::update::test_reads_back[title]",),
    requests=41,
    judged=9,
    zones={"must accept": 7, "between": 2},
    red=True,
    remarks=("ttl moves by itself and was left out",),
    evidence=Evidence(
        example=EXAMPLE,
        at=2,
        wanted=WANTED,
        got=GOT,
        nearest=(
            CREATE,
            exchange("POST", f"/checkout-sessions/{ID}", '{"title":"' + "x" * 64 + '"}', version="2022-10-15"),
            READ,
        ),
        difference="title is one character shorter",
        boundary="64 characters kept, 65 cut",
        script=script(EXAMPLE, contract=load_contract("speed"), wanted=WANTED, got=GOT),
    ),
)
CASE = Verdict(
    id="auth.near_miss",
    area="auth",
    level="must",
    statement="A key that is almost right is refused with 401.",
    source=SOURCE,
    verdict="broken",
    reason="the key in capital letters was taken",
    frequency="1 of 20",
    node_ids=("checkout::auth::test_near_miss",),
    requests=22,
    judged=16,
    red=False,
    evidence=Evidence(
        example=(
            CREATE,
            exchange("POST", f"/checkout-sessions/{ID}", '{"title":"a\u202eb\x1b[31m"}', credentials="upper_case"),
        ),
        at=1,
        wanted="401",
        got="200 \x1b[2J\u202e",
    ),
)


def plain(id: str, verdict: str, reason: str = "", **more: object) -> Verdict:
    return Verdict(
        id=id,
        area=id.partition(".")[0],
        level="observe" if verdict == "observed" else "must",
        statement=f"The statement of {id}.",
        source=SOURCE,
        verdict=verdict,  # type: ignore[arg-type]
        reason=reason,
        node_ids=(f"checkout::{id.replace('.', '::test_')}",),
        **more,  # type: ignore[arg-type]
    )


NO_KEY = "no key of another account was given: set CHECKOUT_OTHER_API_KEY"
VERDICTS = (
    CUT,
    CASE,
    plain("session.other_account", "untried", NO_KEY),
    plain("auth.other_account", "untried", NO_KEY),
    plain("image.limit[png]", "untried", "the session could not be created: 503 for 60 s", red=True),
    plain(
        "success.clears",
        "observed",
        "setting success_url leaves success_message as it was (seen on 4 sessions, under both versions, each time)",
    ),
    plain("auth.no_colon", "observed", "401"),
    plain("version.unknown", "inapplicable", "the contract has no versions"),
    plain("update.accepts[title]", "held", judged=12, zones={"must accept": 8, "between": 4}),
    plain("metadata.merge", "held", judged=1),
    plain("method.others", "not run", "the area method is switched off"),
)
SUMMARY = RunSummary(
    tool="pytest-checkout 0.1.0",
    target="http://127.0.0.1:8080",
    contract="speed",
    versions=("2022-04-15", "2022-10-15"),
    seed=20241105,
    started="2024-11-05T12:00:00+00:00",
    duration_s=9.84,
    requests=1412,
    exit_status=1,
    notes=("Run again with --checkout-seed=20241105 to send the same values.",),
)
