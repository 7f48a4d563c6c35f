// The search box and the filters. The form is built once: polling never touches what is typed.

import { STAGES } from "./causes.js";
import { $, enable, h, replace } from "./dom.js";
import { asked, filter, isFiltered } from "./letters_view.js";

const ID = /^001[a-zA-Z0-9]{12}(?:[a-zA-Z0-9]{3})?$/;
const STATES = [
  ["", "dead"],
  ["again", "on trial (requeued)"],
  ["all", "both"],
];

const same = (values) => values.map((value) => [value, value]);

export function filterForm() {
  const form = h(
    "form",
    { class: "cw-filters", role: "search", "aria-label": "Letters", id: "filters" },
    field("search", "Id, or part of the words", box("search")),
    field("name", "Account name", box("name", "asks Salesforce")),
    field("cause", "Cause", select("cause", [["", "any"]])),
    field("stage", "Stage", select("stage", [["", "any"], ...same(STAGES)])),
    field("assigned", "Assigned to", box("assigned")),
    field("state", "State", select("state", STATES)),
    h(
      "div",
      { class: "cw-actions" },
      button("submit", "btn-primary", "Search"),
      button("button", "btn-outline-secondary", "Clear"),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    filter(read(form));
  });
  form.addEventListener("change", (event) => event.target.matches("select") && filter(read(form)));
  $("#filter-button", form).addEventListener("click", () => filter({}));
  return form;
}

const button = (type, style, words) =>
  h("button", { type, class: `btn ${style}`, id: `filter-${type}` }, words);

const field = (name, label, control) =>
  h("div", {}, h("label", { class: "form-label", for: `filter-${name}` }, label), control);

const box = (name, placeholder) =>
  h("input", {
    class: "form-control",
    type: "search",
    id: `filter-${name}`,
    name,
    maxlength: name === "assigned" ? 100 : 200,
    placeholder,
    autocomplete: "off",
  });

const select = (name, pairs) =>
  h("select", { class: "form-select", id: `filter-${name}`, name }, options(pairs));

const options = (pairs) => pairs.map(([value, label]) => h("option", { value }, label));

function read(form) {
  const value = (name) => form.elements[name].value.trim();
  const search = value("search");
  return {
    account: ID.test(search) ? search : "",
    text: ID.test(search) ? "" : search,
    ...Object.fromEntries(
      ["name", "cause", "stage", "assigned", "state"].map((name) => [name, value(name)]),
    ),
  };
}

// After a move: what the address says stands in the form.
export function followAddress(form) {
  const view = asked();
  offerCauses(form, []);
  form.elements.search.value = view.account || view.text;
  for (const name of ["name", "cause", "stage", "assigned", "state"]) {
    form.elements[name].value = view[name];
  }
  enable($("#filter-button", form), isFiltered());
}

// Causes come and go; those that were offered, and the chosen one, stay.
export function offerCauses(form, causes) {
  const list = form.elements.cause;
  const there = [...list.options].map((option) => option.value).filter(Boolean);
  const all = [...new Set([...there, ...causes, asked().cause].filter(Boolean))].sort();
  if (all.length === there.length) return;
  const chosen = list.value;
  replace(list, options([["", "any"], ...same(all)]));
  list.value = chosen;
}
