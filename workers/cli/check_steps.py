"""Which step of the setup pages is missing, by what a cloud says: data, and one look-up.

The codes and texts are those of the vendors' documentation, of change events' error trailers and of
third parties' reports. None was seen on a live account by us: what no row knows is quoted as it is.
"""

from enum import IntEnum
from typing import NamedTuple


class Step(IntEnum):
    """A numbered heading of `docs/<cloud>-setup.md`, whose words are the member's name."""

    def __str__(self) -> str:
        return f"docs/{type(self).__name__.lower()}-setup.md, step {self.value}"


class Salesforce(Step):
    ADDRESS = 1
    CHANGE_DATA_CAPTURE = 2
    INTEGRATION_USER = 3
    PERMISSION_SET = 4
    CUSTOMER_FIELD = 5
    CERTIFICATE = 6
    EXTERNAL_CLIENT_APP = 7
    PRE_AUTHORISATION = 8
    CLIENT_CREDENTIALS = 9
    NETWORK = 10
    ENVIRONMENT = 11
    ALLOCATIONS = 12
    CHECK = 13


class NetSuite(Step):
    ACCOUNT_ID = 1
    FEATURES = 2
    ROLE = 3
    USER = 4
    INTEGRATION_RECORD = 5
    CERTIFICATE = 6
    MAPPING = 7
    ENVIRONMENT = 8
    SUBSIDIARIES = 9
    CURRENCIES = 10
    CONCURRENCY = 11
    CHECK = 12
    TOKEN_BASED_AUTHENTICATION = 13


class Row(NamedTuple):
    said: str
    """Part of what the cloud, or our own error, says, in lower case. The first that fits counts."""
    step: Step
    advice: str
    """Empty: the error's own words say it."""


_CLOCK = "Set this host's clock right."
_SCOPE = "Give the app the scope api."
_TAKEN_BACK = (
    "Salesforce takes back a session that it has just given: mostly its IP restrictions do."
)
_GRANT = "Check the box Client Credentials (Machine to Machine) Grant of the integration record."
_USED_UP = "Other integrations use up the account's limit, or NETSUITE_CONCURRENCY is too high."


_OF_SALESFORCE = (
    Row("private_key_file", Salesforce.CERTIFICATE, ""),
    Row(
        "invalid_client_id",
        Salesforce.EXTERNAL_CLIENT_APP,
        "SALESFORCE_CLIENT_ID is no consumer key of this org, or the app is only minutes old.",
    ),
    Row(
        "invalid client credentials",
        Salesforce.CLIENT_CREDENTIALS,
        "SALESFORCE_CLIENT_SECRET is not the consumer secret of the app in SALESFORCE_CLIENT_ID.",
    ),
    Row(
        "client app is not installed",
        Salesforce.ADDRESS,
        "This org does not have the app: is SALESFORCE_LOGIN_URL the org that it was made in?",
    ),
    Row(
        "not supported on this domain",
        Salesforce.ADDRESS,
        "Client credentials need the org's own My Domain address in SALESFORCE_LOGIN_URL.",
    ),
    Row(
        "refresh_token scope is required",
        Salesforce.EXTERNAL_CLIENT_APP,
        "Give the app the scope refresh_token beside api, and pre-authorise the user.",
    ),
    Row(
        "hasn't approved this consumer",
        Salesforce.PRE_AUTHORISATION,
        "SALESFORCE_USERNAME is no user of this org, or is not pre-authorised for the app.",
    ),
    Row(
        "not admin approved",
        Salesforce.PRE_AUTHORISATION,
        "The app wants approved users, and the integration user is none: give the app its "
        "permission set.",
    ),
    Row("invalid_app_access", Salesforce.PRE_AUTHORISATION, "Let the user use the app."),
    Row("blocked by admin", Salesforce.PRE_AUTHORISATION, "An admin has blocked the app."),
    Row(
        "audience",
        Salesforce.ENVIRONMENT,
        "The JWT is meant for another org: correct SALESFORCE_AUDIENCE, or leave it empty.",
    ),
    Row("inactive_org", Salesforce.ADDRESS, "The org is locked, closed or suspended."),
    Row("inactive", Salesforce.INTEGRATION_USER, "Activate the integration user."),
    Row("expired assertion", Salesforce.ENVIRONMENT, _CLOCK),
    Row("too far in the future", Salesforce.ENVIRONMENT, _CLOCK),
    Row(
        "invalid assertion",
        Salesforce.CERTIFICATE,
        "The app's certificate is not that of SALESFORCE_PRIVATE_KEY_FILE, or has expired; or "
        "this host's clock is wrong.",
    ),
    Row("ip restricted", Salesforce.NETWORK, "Let the integration user in from this address."),
    Row(
        "no client credentials user",
        Salesforce.CLIENT_CREDENTIALS,
        "Name the integration user under Run As.",
    ),
    Row(
        "unsupported_grant_type",
        Salesforce.EXTERNAL_CLIENT_APP,
        "Enable the flow in the app: JWT bearer with a key, client credentials with a secret.",
    ),
    Row("scopes is required", Salesforce.EXTERNAL_CLIENT_APP, _SCOPE),
    Row("invalid_scope", Salesforce.EXTERNAL_CLIENT_APP, _SCOPE),
    Row("api_disabled_for_org", Salesforce.PERMISSION_SET, "Give the user API Enabled."),
    Row(
        "totalrequests limit",
        Salesforce.ALLOCATIONS,
        "The org's API calls for 24 hours are used up.",
    ),
    Row("invalid_session_id", Salesforce.NETWORK, _TAKEN_BACK),
    Row("service.auth.error", Salesforce.NETWORK, _TAKEN_BACK),
    Row(
        "topic.not.found",
        Salesforce.CHANGE_DATA_CAPTURE,
        "Select the object for Change Data Capture, or correct SALESFORCE_CHANNELS.",
    ),
    Row(
        "service.tenant.license",
        Salesforce.CHANGE_DATA_CAPTURE,
        "This edition has no Pub/Sub API.",
    ),
    Row(
        "subscription.limit.exceeded",
        Salesforce.ALLOCATIONS,
        "The org's events for 24 hours are used up.",
    ),
    Row(
        "concurrent.client.limit.exceeded",
        Salesforce.ALLOCATIONS,
        "Too many subscribers are connected to this org: stop one.",
    ),
    # Our words for several codes (app/salesforce/pubsub_errors.py).
    Row(
        "may not read these change events",
        Salesforce.PERMISSION_SET,
        "Give the integration user View All Records on the object.",
    ),
)

_OF_NETSUITE = (
    Row("private_key_file", NetSuite.CERTIFICATE, ""),
    Row(
        "invalid_client",
        NetSuite.MAPPING,
        "Compare NETSUITE_CLIENT_ID with the integration record, NETSUITE_CERTIFICATE_ID with the "
        "mapping (a sandbox refresh clears it), and the key with the certificate.",
    ),
    Row(
        "invalid_grant",
        NetSuite.MAPPING,
        "The certificate may have expired or been revoked, or this host's clock is wrong.",
    ),
    Row(
        "invalid_scope",
        NetSuite.INTEGRATION_RECORD,
        "Check the scope REST Web Services of the integration record.",
    ),
    Row("unauthorized_client", NetSuite.INTEGRATION_RECORD, _GRANT),
    Row("unsupported_grant_type", NetSuite.INTEGRATION_RECORD, _GRANT),
    Row(
        "invalid_login",
        NetSuite.ROLE,
        "NetSuite takes back a token that it has just given: user and role must be active, and "
        "the role needs REST Web Services and Log in using OAuth 2.0 Access Tokens.",
    ),
    # Our words for 403 and for several codes (app/netsuite/errors.py).
    Row("lacks a permission", NetSuite.ROLE, "Give the role the permission that it lacks."),
    Row(
        "was not found",
        NetSuite.ROLE,
        "A record type is hidden: give the role SuiteAnalytics Workbook, and Customers.",
    ),
    Row("concurrency_limit_exceeded", NetSuite.CONCURRENCY, _USED_UP),
    Row("request_limit_exceeded", NetSuite.CONCURRENCY, _USED_UP),
)

TABLES: dict[type[Step], tuple[Row, ...]] = {Salesforce: _OF_SALESFORCE, NetSuite: _OF_NETSUITE}


def row_of(cloud: type[Step], said: str) -> Row | None:
    """The first row of the cloud's table that fits; none if it says something else."""
    lowered = said.lower()
    return next((row for row in TABLES[cloud] if row.said in lowered), None)
