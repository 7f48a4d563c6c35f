"""Where people find a record, or a task, in the application that it belongs to."""

from urllib.parse import urlsplit

from app.settings import Settings

_API_HOST, _UI_HOST = ".suitetalk.api.netsuite.com", ".app.netsuite.com"


def account_page(settings: Settings, account: str) -> str:
    """The Account in Salesforce."""
    return f"{settings.salesforce_login_url.rstrip('/')}/lightning/r/Account/{account}/view"


def customer_page(settings: Settings, customer: str) -> str:
    """The Customer in NetSuite, by its internal id. Its pages have another host than its API; an
    address of any other form is taken for both.
    """
    api = urlsplit(settings.netsuite_url)
    host = api.netloc
    if host.endswith(_API_HOST):
        host = host.removesuffix(_API_HOST) + _UI_HOST
    return f"{api.scheme}://{host}/app/common/entity/custjob.nl?id={customer}"


def task_page(site: str, task: str) -> str:
    """The task in Flower; `site`: what Flower's own addresses begin with."""
    return f"{site}/task/{task}"
