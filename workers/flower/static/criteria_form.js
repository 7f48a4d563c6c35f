// The criteria as a form: match all or any, and a row for each criterion.

import { announce } from "./announce.js";
import { h, replace } from "./dom.js";
import { criterionRow } from "./criteria_row.js";

const MOST = 20;
const NEW = { field: "StageName", operator: "in", values: [] };

// Fills `host`, a fieldset. Gives {fill(offer, qualification), read(), isDirty(), refuse(message),
// isFilled()}. `changed` is called on each change.
export function criteriaForm(host, changed) {
  const match = matchSelect();
  const list = h("ol", { class: "cw-list" });
  const add = h(
    "button",
    { type: "button", class: "btn btn-outline-secondary" },
    "Add a criterion",
  );
  const wrong = h("p", { class: "alert alert-danger cw-words", role: "alert", hidden: true });
  let [offer, rows, base] = [null, [], null];
  host.append(match.element, list, h("div", { class: "cw-card-body" }, add), wrong);
  host.addEventListener("input", () => changed());
  add.addEventListener("click", () => {
    const row = append({ ...NEW, field: defaultField(offer) });
    row.focus();
    announce(`Criterion ${rows.length} added.`);
    changed();
  });

  function append(given) {
    const row = criterionRow(offer, given, drop);
    rows.push(row);
    list.append(row.element);
    renumber();
    return row;
  }

  function drop(row) {
    const at = rows.indexOf(row);
    rows.splice(at, 1);
    row.element.remove();
    renumber();
    if (rows.length) rows[Math.min(at, rows.length - 1)].focusRemove();
    else add.focus();
    announce("The criterion is removed.");
    changed();
  }

  function renumber() {
    rows.forEach((row, at) => row.number(at + 1));
    add.disabled = rows.length >= MOST;
  }

  const read = () => ({ match: match.control.value, criteria: rows.map((row) => row.read()) });

  function accept() {
    wrong.hidden = true;
    for (const row of rows) row.accept();
  }

  return {
    read,
    isFilled: () => base !== null,
    isDirty: () => base !== null && comparable(read()) !== base,
    fill(newOffer, qualification) {
      offer = newOffer;
      rows = [];
      replace(list);
      accept();
      match.control.value = qualification.match;
      for (const given of qualification.criteria) append(given);
      base = comparable(read());
    },
    // What is missing before the server is asked: shown in its place → whether all is there.
    isComplete() {
      accept();
      const row = rows.find((one) => !one.read().values.length);
      row?.refuse("Give at least one value to compare with.", "values");
      if (!rows.length) tell(wrong, "Add at least one criterion, or every Account would qualify.");
      return rows.length > 0 && !row;
    },
    // The server's refusal, at the field that it names, if it names one.
    refuse(message) {
      accept();
      const [row, what] = placeOf(message, rows);
      if (row) row.refuse(message, what);
      else tell(wrong, message);
    },
  };
}

function tell(place, words) {
  place.textContent = words;
  place.hidden = false;
}

function matchSelect() {
  const options = [
    h("option", { value: "all" }, "all of these on the same Opportunity"),
    h("option", { value: "any" }, "any one of these"),
  ];
  const control = h("select", { id: "criteria-match", class: "form-select" }, options);
  const label = h(
    "label",
    { class: "form-label", for: "criteria-match" },
    "An Account qualifies if an Opportunity meets",
  );
  return { control, element: h("div", { class: "cw-card-body" }, label, control) };
}

const defaultField = ({ fields }) =>
  (fields.find(({ name }) => name === NEW.field) ?? fields[0]).name;

// The order of values does not matter.
const comparable = ({ match, criteria }) =>
  JSON.stringify([
    match,
    criteria.map(({ field, operator, values }) => [field, operator, [...values].sort()]),
  ]);

// The server names a criterion by its place ("criterion 1, value 2: …"), or by its field and value.
function placeOf(message, rows) {
  const named = message.match(/\bcriterion (\d+)(?:, (\w+))?/);
  if (named && rows[named[1] - 1]) return [rows[named[1] - 1], named[2]];
  const words = new Set(message.match(/\w+/g));
  const meant = rows.filter((row) => words.has(row.read().field));
  const exact = meant.find((row) => row.read().values.some((value) => message.includes(value)));
  const what = /has no field/.test(message)
    ? "field"
    : /cannot be compared/.test(message)
      ? "operator"
      : "values";
  return [exact ?? meant[0], what];
}
