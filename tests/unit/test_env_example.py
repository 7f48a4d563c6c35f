"""`.env.example` and the settings, held against each other."""

from pathlib import Path

import pytest
from dotenv import dotenv_values
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from app.settings import Settings
from tests.keys import pem
from workers.flower.settings import FlowerSettings

EXAMPLE = Path(__file__).parents[2] / ".env.example"
SETTINGS = Settings.model_fields | FlowerSettings.model_fields


def shown(field: FieldInfo) -> str:
    """The default as it stands in the file."""
    default = None if field.is_required() else field.default
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    if isinstance(default, tuple):
        return ",".join(default)
    if isinstance(default, bool):
        return str(default).lower()
    return "" if default is None else str(default)


def test_every_setting_stands_there_with_its_default() -> None:
    wanted = {name.upper(): shown(field) for name, field in SETTINGS.items()}

    given = dotenv_values(EXAMPLE)

    assert given == wanted


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_stands_there_under_its_description(name: str) -> None:
    field = SETTINGS[name]
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()

    at = next(at for at, line in enumerate(lines) if line.startswith(f"{name.upper()}="))

    assert field.description
    assert lines[at - 1] == f"# {field.description}" + " (required)" * field.is_required()


def test_a_copy_with_what_is_required_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(pem("secp256r1"))
    given = {
        "SALESFORCE_LOGIN_URL": "https://acme.my.salesforce.com",
        "SALESFORCE_CLIENT_ID": "consumer-key",
        "SALESFORCE_CLIENT_SECRET": "a secret",
        "NETSUITE_ACCOUNT_ID": "1234567",
        "NETSUITE_CLIENT_ID": "client-id",
        "NETSUITE_CERTIFICATE_ID": "certificate-id",
        "NETSUITE_PRIVATE_KEY_FILE": str(key),
    }
    text = EXAMPLE.read_text(encoding="utf-8")
    for name, value in given.items():
        text = text.replace(f"{name}=\n", f"{name}={value}\n")
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)

    settings = Settings()

    changed = {
        name.upper()
        for name, field in Settings.model_fields.items()
        if getattr(settings, name) != field.default
    }
    assert changed == given.keys()
