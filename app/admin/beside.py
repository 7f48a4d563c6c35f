"""What is shown of an Account and of a Customer beside each other: the same labels for both."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.flow import Flow
from app.flow_mapping import FieldRule
from app.models import Account, Address, Customer
from app.netsuite.comparing import column_of
from app.netsuite.details import Detail
from app.netsuite.mapping import external_id
from app.netsuite.sources import value_or_none
from app.texts import plain, plain_lines

_NAME, _PARENT, _SUBSIDIARIES = "Name", "Parent", "Subsidiaries"
_BILLING, _SHIPPING = "Billing address", "Shipping address"
_ABOUT = ("Inactive", "Stage", "Created", "Last changed")
_LABELS = {
    "accountnumber": "Account number",
    "altphone": "Second phone",
    "comments": "Comments",
    "email": "E-mail",
    "fax": "Fax",
    "phone": "Phone",
    "url": "Website",
}


@dataclass(frozen=True, slots=True)
class Beside:
    """One Account, and how the flow maps it."""

    flow: Flow
    account: Account

    @property
    def columns(self) -> list[str]:
        """SuiteQL's names of the mapped fields that an Account has a value for, in order."""
        return list(self._rules())

    def ours(self, names: Mapping[str, str]) -> dict[str, str]:
        """As the Account has it. `names`: of its parent."""
        account, rules = self.account, self.flow.subsidiaries
        parent = account.parent_id or ""
        shown = {
            _NAME: account.name,
            self._id_label: external_id(account.id, self.flow),
            **{
                _label(rule): plain(value_or_none(account, rule.account))
                for rule in self._rules().values()
            },
            _BILLING: _one_line(account.billing),
            _SHIPPING: _one_line(account.shipping),
            _SUBSIDIARIES: plain(value_or_none(account, rules.field)) if rules.enabled else "",
            _PARENT: names.get(parent, parent),
        }
        return {label: text for label, text in shown.items() if text}

    def theirs(self, customer: Customer, detail: Detail) -> dict[str, str]:
        """As the Customer has it."""
        shown = {
            _NAME: customer.name,
            self._id_label: customer.external_id or "",
            **{
                _label(rule): detail.fields.get(column, "")
                for column, rule in self._rules().items()
            },
            _BILLING: detail.billing,
            _SHIPPING: detail.shipping,
            _SUBSIDIARIES: ", ".join(detail.subsidiaries),
            _PARENT: detail.parent or detail.fields.get("parent", ""),
            "Inactive": "yes" if customer.is_inactive else "",
            "Stage": customer.stage.capitalize(),
            "Created": detail.fields.get("datecreated", ""),
            "Last changed": detail.fields.get("lastmodifieddate", ""),
        }
        return {label: text for label, text in shown.items() if text}

    def labels(self, shown: Iterable[Mapping[str, str]]) -> list[str]:
        """Those that somebody has a value for, in order."""
        known = {label for values in shown for label in values}
        mapped = map(_label, self._rules().values())
        every = (
            *(_NAME, self._id_label),
            *mapped,
            *(_BILLING, _SHIPPING, _SUBSIDIARIES, _PARENT),
            *_ABOUT,
        )
        return [label for label in dict.fromkeys(every) if label in known]

    @property
    def _id_label(self) -> str:
        return self.flow.matching.id_field or "External id"

    def _rules(self) -> dict[str, FieldRule]:
        """By column. Two rules may write one: for creates, and for updates."""
        found: dict[str, FieldRule] = {}
        for rule in self.flow.mapping.fields:
            column = column_of(rule.customer)
            if rule.account and column != "companyname":
                found.setdefault(column, rule)
        return found


def _label(rule: FieldRule) -> str:
    return _LABELS.get(column_of(rule.customer), rule.customer)


def _one_line(address: Address) -> str:
    street = plain_lines(address.street or "")
    rest = map(plain, (address.postal_code, address.city, address.state, address.country))
    return ", ".join(part for part in (*street, *rest) if part)
