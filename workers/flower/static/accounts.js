// The search for Accounts. What is searched stands in the address.

import { ApiError, get, page } from "./api.js";
import { NEVER_HEARD, stateBadge } from "./badges.js";
import { $, foreign, h, replace } from "./dom.js";
import { missing, plural } from "./parts.js";
import { row, table } from "./table.js";

const COLUMNS = [
  { label: "Account", head: true },
  { label: "State" },
  { label: "Stage" },
  { label: "Customer" },
  { label: "Cause" },
];
const CUSTOMER = /^[0-9]{1,18}$/;

const input = $("#q");
const results = table("Accounts found", COLUMNS);
let searches = 0; // an answer that was overtaken is not shown

$("#results").append(h("div", { class: "cw-scroll" }, results));
$("#search").addEventListener("submit", (event) => {
  event.preventDefault();
  remember(input.value.trim());
  search();
});
addEventListener("popstate", fromAddress);

function fromAddress() {
  input.value = asked();
  if (!input.value) input.focus({ preventScroll: true });
  search();
}

function asked() {
  return new URLSearchParams(location.search).get("q") ?? "";
}

function remember(q) {
  if (q === asked()) return;
  history.pushState(null, "", q ? `?${new URLSearchParams({ q })}` : location.pathname);
}

async function search() {
  const mine = (searches += 1);
  const q = asked();
  document.title = q ? `${q} · Accounts · Flower` : "Accounts · Flower";
  if (!q) return show({ accounts: [], note: null }, q);
  $("#found").textContent = "Searching…";
  try {
    const found = await get("/accounts", { q });
    if (mine === searches) show(found, q);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (mine === searches) refuse(error);
  }
}

function show({ accounts, note }, q) {
  replace($(".cw-trouble"));
  replace($("tbody", results), accounts.map(line));
  $("#results").hidden = accounts.length === 0;
  $("#results").classList.remove("cw-old");
  const told = accounts.length ? found(accounts) : nothing(q, note);
  replace($("#found"), q && [told, note && [" ", foreign(note)]]);
}

// An id that nobody knows is in the table, and was not found: the note says so.
function found(accounts) {
  const known = accounts.filter(({ name, state }) => name || state !== "none");
  return known.length > 0 && `${plural(known.length, "Account")} found.`;
}

// As the server reads what was typed. With a note not all could be asked.
function nothing(q, note) {
  const quoted = () => ["“", foreign(q), "”"];
  if (note) return ["Nothing found for ", quoted(), "."];
  const holder = CUSTOMER.test(q) && ["no Account is linked with Customer ", quoted(), ", and "];
  return ["Nothing found: ", holder, "no Account in Salesforce has ", quoted(), " in its name."];
}

// What was found before stays, and looks old.
function refuse(error) {
  const isShown = !$("#results").hidden;
  const old = isShown ? " What is shown was found before." : "";
  const again = h(
    "button",
    { type: "button", class: "btn btn-sm btn-outline-danger" },
    "Try again",
  );
  again.addEventListener("click", search);
  const words = h("span", {}, `${error.message}${old}`);
  replace(
    $(".cw-trouble"),
    h("div", { class: "alert alert-danger cw-trouble-line" }, words, again),
  );
  $("#results").classList.toggle("cw-old", isShown);
  $("#found").textContent = "";
}

const line = ({ account, name, state, stage, customer, cause }) =>
  row(COLUMNS, account, [
    [
      h("a", { href: page(`/accounts/${account}`) }, name ? foreign(name) : account),
      name && h("span", { class: "cw-second" }, h("code", {}, account)),
    ],
    [stateBadge(state), state === "none" && h("span", { class: "cw-second" }, NEVER_HEARD)],
    stage || missing(),
    customer || missing(),
    cause || missing(),
  ]);

fromAddress();
