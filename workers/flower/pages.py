"""Our pages: their HTML is the same for all, and what they show comes from the API."""

from dataclasses import dataclass

from flower.views import BaseHandler
from tornado.web import HTTPError

from app.errors import RecordNotFound
from app.models import account_id


@dataclass(frozen=True, slots=True)
class Page:
    pattern: str
    """Below the site; a group is an account's id."""
    template: str


PAGES = (
    Page("/dead-letters", "dead_letters.html"),
    Page("/accounts", "accounts.html"),
    Page("/accounts/([^/]+)", "account.html"),
    Page("/flow", "flow.html"),
    Page("/criteria", "criteria.html"),
)


class PageHandler(BaseHandler):
    """Flower's base: it draws with Flower's own functions and tells errors in Flower's look."""

    def initialize(self, page: Page) -> None:
        self._page = page

    def get(self, account: str = "") -> None:
        """404 for what is no Account id; one that nobody has heard of has a page that says so."""
        try:
            known = account_id(account) if account else ""
        except RecordNotFound as wrong:
            raise HTTPError(404, reason="Not Found") from wrong
        self.render(self._page.template, account=known)

    head = get

    def check_xsrf_cookie(self) -> None:
        """The gate has done it."""
