"""How Salesforce is reached, and how it is listened to and read again."""

from pydantic import BaseModel, Field, SecretStr, ValidationInfo, field_validator

from app.setting_types import Channels, Endpoint, PrivateUrl, SalesforceKeyFile

DEFAULT_CHANNELS = ("/data/AccountChangeEvent", "/data/OpportunityChangeEvent")


class SalesforceSettings(BaseModel):
    """A part of the settings. One whole way to log in: JWT bearer, or client credentials."""

    salesforce_login_url: PrivateUrl = Field(
        description="Where tokens are fetched: https://MyDomain.my.salesforce.com."
    )
    salesforce_client_id: str = Field(
        min_length=1, description="Consumer key of the external client app."
    )
    salesforce_username: str = Field(
        "", description="The integration user; with the private key: JWT bearer flow."
    )
    salesforce_private_key_file: SalesforceKeyFile | None = Field(
        None, description="PEM file of the private key whose certificate the app has."
    )
    salesforce_client_secret: SecretStr = Field(
        SecretStr(""),
        validate_default=True,
        description="Consumer secret; instead of the key: client credentials flow.",
    )
    salesforce_audience: PrivateUrl = Field(
        "", description="The JWT's audience; login or test.salesforce.com by the URL when empty."
    )
    salesforce_api_version: str = Field(
        "66.0",
        pattern=r"^[0-9]{2}\.0$",
        examples=["66.0"],
        description="Version of the REST API.",
    )
    salesforce_pubsub_endpoint: Endpoint = Field(
        "api.pubsub.salesforce.com:7443", description="host:port of the Pub/Sub API."
    )
    salesforce_channels: Channels = Field(
        DEFAULT_CHANNELS, description="Change event channels, comma-separated."
    )
    salesforce_timeout_seconds: float = Field(
        30.0, gt=0, le=600, description="How long one call to Salesforce may take."
    )
    salesforce_silence_seconds: float = Field(
        300.0, ge=1, description="A silent event stream is dead after so long: 300, as documented."
    )
    salesforce_api_share: float = Field(
        0.5,
        gt=0,
        le=1,
        description="Share of the day's API calls above which backfill and full passes rest.",
    )
    salesforce_customer_field: str = Field(
        "",
        pattern="^([A-Za-z][A-Za-z0-9_]*__c)?$",
        examples=["NetSuite_Id__c"],
        description="Account field that gets the Customer's internal id; none when empty.",
    )
    listener_lease_seconds: float = Field(
        8.0, ge=2, le=25, description="A listener that died is replaced after so long."
    )
    listener_backlog: int = Field(
        200_000, ge=1, description="Accounts under way at which no more events are asked for."
    )
    reconcile_minutes: float = Field(
        15.0, gt=0, le=1440, description="How often what changed in Salesforce is read again."
    )
    full_comparison_hours: float = Field(
        24.0, ge=0, description="How often all Accounts that qualify are compared; 0: never."
    )

    @field_validator("salesforce_client_secret")
    @classmethod
    def _key_or_secret(cls, secret: SecretStr, known: ValidationInfo) -> SecretStr:
        user, key = (known.data.get(f"salesforce_{n}") for n in ("username", "private_key_file"))
        key_was_refused = "salesforce_private_key_file" not in known.data
        if not (secret.get_secret_value() or (user and key) or key_was_refused):
            raise ValueError("give this, or SALESFORCE_USERNAME with SALESFORCE_PRIVATE_KEY_FILE")
        return secret
