// One criterion of the form: a field, an operator that the field's type allows, and values.

import { h, replace } from "./dom.js";
import { fitting, valuesInput } from "./criteria_values.js";

const OPERATORS = {
  "=": "is",
  "!=": "is not",
  "<": "is less than",
  "<=": "is at most",
  ">": "is more than",
  ">=": "is at least",
  in: "is one of",
  "not in": "is none of",
  like: "is like",
};
let made = 0;

// `offer`: {fields, stages}; `given`: {field, operator, values}. Gives {element, read(), number(n),
// focus(), refuse(words, "field" | "operator" | "values"), accept()}. `removed` is called when its
// button is pressed.
export function criterionRow(offer, given, removed) {
  const id = `criterion-${(made += 1)}`;
  const fields = fieldsOf(offer, given.field);
  const field = chooser(`${id}-field`, "Field", [...fields.values()].map(option), given.field);
  const operator = chooser(`${id}-operator`, "Operator", [], "");
  const place = h("div", {});
  const legend = h("legend", { class: "visually-hidden" });
  const remove = h("button", { type: "button", class: "btn btn-outline-secondary" }, "Remove");
  const wrong = h("p", { class: "cw-wrong", id: `${id}-wrong`, hidden: true });
  let values = null;

  function offerOperators(wanted) {
    const { operators } = fields.get(field.control.value);
    replace(
      operator.control,
      operators.map((name) => h("option", { value: name }, words(name))),
    );
    operator.control.value = operators.includes(wanted) ? wanted : operators[0];
  }

  function offerValues(chosen) {
    const asked = { field: fields.get(field.control.value), operator: operator.control.value };
    values = valuesInput({ ...asked, values: chosen, id: `${id}-values` });
    // Not replace(): an input that looks the same would stay, and nobody would read it.
    place.replaceChildren(values.element);
  }

  offerOperators(given.operator);
  offerValues(given.values.map(String));
  field.control.addEventListener("change", () => {
    const chosen = values.read();
    offerOperators(operator.control.value);
    offerValues(fitting(fields.get(field.control.value), operator.control.value, chosen));
  });
  operator.control.addEventListener("change", () => offerValues(values.read()));
  remove.addEventListener("click", () => removed(row));

  const parts = h(
    "div",
    { class: "cw-criterion-parts" },
    field.element,
    operator.element,
    place,
    remove,
  );
  const row = {
    element: h("li", {}, h("fieldset", { class: "cw-criterion" }, legend, parts, wrong)),
    read: () => ({
      field: field.control.value,
      operator: operator.control.value,
      values: values.read(),
    }),
    focus: () => field.control.focus(),
    focusRemove: () => remove.focus(),
    number(at) {
      legend.textContent = `Criterion ${at}`;
      remove.ariaLabel = `Remove criterion ${at}`;
    },
    accept() {
      wrong.hidden = true;
      for (const one of [field, operator, values]) one.mark("");
    },
    refuse(words, what) {
      wrong.textContent = words;
      wrong.hidden = false;
      const part = { field, operator, values }[what] ?? values;
      part.mark(wrong.id);
      part.focus();
    },
  };
  return row;
}

const words = (operator) =>
  OPERATORS[operator] ? `${OPERATORS[operator]} (${operator})` : operator;
const option = ({ name, label }) => ({
  value: name,
  label: label === name ? name : `${label} (${name})`,
});

// By name. The field of a criterion stays to be seen if the org does not offer it any more. A stage
// tells whether it counts as won; those that do come first.
function fieldsOf({ fields, stages }, wanted) {
  const known = new Map(fields.map((field) => [field.name, field]));
  const stage = known.get("StageName");
  const wonFirst = [...stages].sort((one, other) => other.is_won - one.is_won);
  if (stage && stages.length) known.set("StageName", { ...stage, values: wonFirst.map(asChoice) });
  if (wanted && !known.has(wanted)) {
    const operators = Object.keys(OPERATORS);
    const label = `${wanted}: not in the org, or our user may not see it`;
    known.set(wanted, { name: wanted, label, type: "string", operators, values: null });
  }
  return known;
}

function asChoice({ name, label, is_won, is_closed, is_active }) {
  const kind = is_won ? "won" : is_closed ? "closed" : "open";
  const shown = label === name ? name : `${label} (${name})`;
  return { value: name, label: `${shown} · ${kind}${is_active ? "" : ", not in use"}` };
}

function chooser(id, label, options, chosen) {
  const listed = options.map(({ value, label }) => h("option", { value }, label));
  const control = h("select", { id, class: "form-select", value: chosen }, listed);
  return {
    control,
    element: h("div", {}, h("label", { class: "form-label", for: id }, label), control),
    focus: () => control.focus(),
    mark(wrong) {
      control.ariaInvalid = wrong ? "true" : null;
      control.classList.toggle("is-invalid", Boolean(wrong));
      if (wrong) control.setAttribute("aria-describedby", wrong);
      else control.removeAttribute("aria-describedby");
    },
  };
}
