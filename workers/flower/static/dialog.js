// Questions (a native dialog: focus is kept inside and comes back) and short messages.

import { $, h, landing, replace } from "./dom.js";

let asked = 0;

// Asks, and gives the fields' values by name, or null if the answer is no.
// fields: [{name, label, type: "text" | "textarea" | "checkbox" | "select", value, required,
// help, maxlength, inputmode, pattern, options: [{value, label}]}]. `danger`: the button is red.
// `words`: a text, an element, or a list of them. `submit(values)` (async), if there is one, runs
// before the dialog closes: if it gives a sentence, that is shown and the dialog stays.
export function ask(question) {
  const { title, words = null, fields = [], confirm = "OK", danger = false, submit } = question;
  const opener = document.activeElement;
  const place = landing(opener);
  const id = `ask-${(asked += 1)}`;
  const dialog = h("dialog", { class: "cw-dialog", tabindex: "-1", "aria-labelledby": id });
  dialog.append(form(dialog, { id, title, words, fields, confirm, danger }));
  document.body.append(dialog);
  dialog.showModal();
  begin(dialog);
  const work = submit && working(dialog, () => submit(valuesOf(dialog, fields)), confirm);
  return new Promise((answer) => {
    dialog.addEventListener("close", async () => {
      await work?.end();
      const values = dialog.returnValue === "yes" ? valuesOf(dialog, fields) : null;
      dialog.remove();
      focusOn(opener, place);
      answer(values);
    });
  });
}

const begin = (dialog) => ($("[data-first]", dialog) ?? $("[data-no]", dialog)).focus();

// While it works, the dialog can be neither sent again nor left: what was sent cannot be called
// back.
function working(dialog, work, confirm) {
  let running = null;
  const run = async () => {
    busy(dialog, "Working…", "Working…");
    refuse(dialog, null);
    const refused = await work();
    running = null;
    if (!refused) return dialog.close("yes");
    // A browser may close a dialog against its will.
    if (!dialog.open) return toast(refused, "danger");
    busy(dialog, "", confirm);
    refuse(dialog, refused);
    return begin(dialog);
  };
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    running ??= run();
  });
  dialog.addEventListener("cancel", (event) => running && event.preventDefault());
  return { end: () => running };
}

function busy(dialog, words, label) {
  for (const button of dialog.querySelectorAll(".cw-dialog-buttons > *")) {
    button.disabled = Boolean(words);
  }
  $("[data-yes]", dialog).textContent = label;
  $("[data-told]", dialog).textContent = words;
  if (words) dialog.focus();
}

const refuse = (dialog, words) =>
  replace($("[data-refused]", dialog), words && h("p", { class: "alert alert-danger" }, words));

function form(dialog, { id, title, words, fields, confirm, danger }) {
  const paragraphs = [words].flat().filter(Boolean);
  const yes = { value: "yes", dataset: { yes: "" } };
  const no = { type: "button", class: "btn btn-outline-secondary", dataset: { no: "" } };
  return h(
    "form",
    { method: "dialog" },
    h("h2", { class: "cw-dialog-title", id }, title),
    h("div", { role: "alert", dataset: { refused: "" } }),
    h("p", { class: "visually-hidden", role: "status", dataset: { told: "" } }),
    paragraphs.map((part) => (part instanceof Node ? part : h("p", {}, part))),
    fields.map((field, at) => fieldOf(field, `${id}-${field.name}`, at === 0)),
    h(
      "div",
      { class: "cw-dialog-buttons" },
      h("button", { ...no, on: { click: () => dialog.close("no") } }, "Cancel"),
      h("button", { ...yes, class: `btn ${danger ? "btn-danger" : "btn-primary"}` }, confirm),
    ),
  );
}

function fieldOf(field, id, isFirst) {
  const { name, label, type = "text", value = "", required = false, help } = field;
  const { maxlength, inputmode, pattern } = field;
  const hint = help && h("div", { class: "form-text", id: `${id}-help` }, help);
  const props = { id, name, required, "aria-describedby": hint && `${id}-help` };
  if (isFirst) props.dataset = { first: "" };
  if (type === "checkbox") {
    const box = h("input", { ...props, type, class: "form-check-input", checked: Boolean(value) });
    const told = h("label", { class: "form-check-label", for: id }, label);
    return h("div", { class: "form-check cw-field" }, box, told, hint);
  }
  const told = h("label", { class: "form-label", for: id }, label, !required && optional());
  const made = control(type, { ...props, value, maxlength, inputmode, pattern }, field);
  return h("div", { class: "cw-field" }, told, made, hint);
}

const optional = () => h("span", { class: "cw-muted" }, " (optional)");

function control(type, props, { options = [] }) {
  if (type === "select") {
    const listed = options.map(({ value, label }) => h("option", { value }, label));
    return h("select", { ...props, class: "form-select" }, listed);
  }
  const given = { ...props, class: "form-control", autocomplete: "off" };
  if (type === "textarea") return h("textarea", { ...given, rows: 3 });
  return h("input", { ...given, type });
}

function valuesOf(dialog, fields) {
  const inputs = $("form", dialog).elements;
  const read = ({ name, type }) =>
    type === "checkbox" ? inputs[name].checked : inputs[name].value.trim();
  return Object.fromEntries(fields.map((field) => [field.name, read(field)]));
}

// The opener may have been rendered anew meanwhile: then its successor, known by its key.
function focusOn(opener, place) {
  if (!opener || opener === document.body) return;
  const key = opener.dataset.key;
  const successor = opener.id
    ? document.getElementById(opener.id)
    : key && $(`[data-key="${CSS.escape(key)}"]`);
  (opener.isConnected ? opener : (successor ?? place))?.focus();
}

// A short message in the corner, spoken by screen readers. kind: success, danger or secondary.
// It goes by itself, except for one that tells of a failure.
export function toast(words, kind = "success") {
  const failed = kind === "danger";
  const close = h("button", { type: "button", class: "btn-close", "aria-label": "Close" });
  const body = h("div", { class: "toast-body" }, words);
  const role = failed ? "alert" : "status";
  const props = { class: `toast show cw-toast cw-toast-${kind}`, role };
  const made = h("div", props, h("div", { class: "d-flex" }, body, close));
  close.classList.add("me-2", "m-auto");
  close.addEventListener("click", () => made.remove());
  $("#toast-container").append(made);
  if (!failed) setTimeout(() => made.remove(), 8000);
}
