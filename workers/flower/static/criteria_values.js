// The values that a criterion compares with: an input that fits the field's type and the operator.
// Values are texts here, "true" and "false" included: the server makes them what the field wants.

import { foreign, h } from "./dom.js";

const INPUTS = {
  date: { type: "date" },
  datetime: { type: "datetime-local", step: "1" },
  ...Object.fromEntries(
    ["int", "long", "double", "currency", "percent"].map((kind) => [
      kind,
      { type: "number", step: "any" },
    ]),
  ),
};
const FORMS = {
  date: "Dates such as 2026-01-31, one on each line.",
  datetime: "Moments such as 2026-01-31T12:00:00Z, one on each line.",
};

// `field`: as the API offers it, {type, values}; `values`: what is chosen so far. Gives {element,
// read(): texts, focus(), mark(id of what is wrong, or "")}; it brings its label along.
export function valuesInput({ field, operator, values, id }) {
  const severally = operator === "in" || operator === "not in";
  if (operator === "like") return single(pattern(id), values);
  if (field.type === "boolean") return select(id, truths, values);
  if (field.values)
    return severally ? boxes(id, field.values, values) : select(id, field.values, values);
  return severally
    ? lines(id, field, values)
    : single(input(id, field), values, field.type === "datetime");
}

// Of the values of another field those that this one can be compared with.
export function fitting(field, operator, values) {
  if (operator === "like") return values;
  const offered = field.type === "boolean" ? truths : field.values;
  const known = offered && new Set(offered.map(({ value }) => value));
  return values.filter((value) => (known ? known.has(value) : isOfType(field.type, value)));
}

function isOfType(type, value) {
  if (type === "date") return /^\d{4}-\d{2}-\d{2}$/.test(value);
  if (type === "datetime") return /^\d{4}-\d{2}-\d{2}T/.test(value);
  return INPUTS[type]?.type !== "number" || Number.isFinite(Number(value || NaN));
}

const truths = [
  { value: "true", label: "true" },
  { value: "false", label: "false" },
];

const pattern = (id) => ({
  control: h("input", {
    id,
    class: "form-control",
    type: "text",
    maxlength: 255,
    autocomplete: "off",
  }),
  help: "% stands for any text, _ for one character.",
});

const input = (id, { type }) => ({
  control: h("input", {
    id,
    class: "form-control",
    autocomplete: "off",
    maxlength: 255,
    ...(INPUTS[type] ?? { type: "text" }),
  }),
  help: type === "datetime" ? "In your own time zone." : "",
});

// Salesforce's moments have an offset, the browser's input has none. One that nobody touched stays
// as it was written.
function single({ control, help }, values, isMoment = false) {
  const given = values[0] ?? "";
  control.value = isMoment ? localOf(given) : given;
  const untouched = control.value;
  const hint = help && h("div", { class: "form-text" }, help);
  const element = h("div", {}, label(control.id), control, hint);
  const read = () => {
    if (control.value === untouched && given) return [given];
    const text = control.value.trim();
    if (!text) return [];
    return [isMoment ? new Date(text).toISOString() : text];
  };
  return { ...around(control), element, read };
}

function localOf(moment) {
  const at = new Date(moment);
  if (Number.isNaN(at.getTime())) return "";
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

function select(id, choices, values) {
  const chosen = values[0] ?? "";
  const options = [{ value: "", label: "Choose…" }, ...withOthers(choices, values)];
  const listed = options.map(({ value, label }) => h("option", { value }, label));
  const control = h("select", { id, class: "form-select", value: chosen }, listed);
  const element = h("div", {}, label(id), control);
  return { ...around(control), element, read: () => (control.value ? [control.value] : []) };
}

function boxes(id, choices, values) {
  const all = withOthers(choices, values);
  const made = all.map(({ value }, at) => {
    const props = { type: "checkbox", class: "form-check-input", id: at ? `${id}-${at}` : id };
    return h("input", { ...props, value, checked: values.includes(value) });
  });
  const rows = made.map((box, at) => {
    const text = foreign(all[at].label);
    const told = h("label", { class: "form-check-label", for: box.id }, text);
    return h("div", { class: "form-check" }, box, told);
  });
  const title = h("span", { class: "form-label", id: `${id}-title` }, "Values");
  const group = h("div", { class: "cw-choices", role: "group", "aria-labelledby": title.id }, rows);
  return {
    ...around(group),
    element: h("div", {}, title, group),
    read: () => made.filter((box) => box.checked).map((box) => box.value),
    focus: () => made[0].focus(),
  };
}

function lines(id, field, values) {
  const rows = Math.min(8, Math.max(3, values.length + 1));
  const control = h("textarea", { id, class: "form-control", rows, spellcheck: "false" });
  control.value = values.join("\n");
  const hint = h("div", { class: "form-text" }, FORMS[field.type] ?? "One on each line.");
  const read = () =>
    control.value
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
  return { ...around(control), element: h("div", {}, label(id), control, hint), read };
}

const label = (id) => h("label", { class: "form-label", for: id }, "Values");

const around = (control) => ({
  focus: () => control.focus(),
  mark(wrong) {
    const isWrong = Boolean(wrong);
    control.classList.toggle("is-invalid", isWrong);
    if (control.getAttribute("role") !== "group") control.ariaInvalid = isWrong ? "true" : null;
    if (isWrong) control.setAttribute("aria-describedby", wrong);
    else control.removeAttribute("aria-describedby");
  },
});

// A value that the org does not offer any more stays to be seen, and can be taken away.
function withOthers(choices, values) {
  const known = new Set(choices.map(({ value }) => value));
  const others = values.filter((value) => value && !known.has(value));
  return [...choices, ...others.map((value) => ({ value, label: `${value} (not in the org)` }))];
}
