// The switch, and what stands still besides: the breakers of both services, refused credentials.

import { announce } from "./announce.js";
import { post } from "./api.js";
import { asking, why } from "./asking.js";
import { badge } from "./badges.js";
import { toast } from "./dialog.js";
import { h, replace } from "./dom.js";
import { facts } from "./parts.js";
import { patch } from "./patch.js";
import { readerNote } from "./session.js";

const OTHERS = {
  credentials: ["Credentials", "accepted"],
  salesforce: ["Salesforce", "not paused"],
  netsuite: ["NetSuite", "not paused"],
};

const OFF = {
  title: "Switch the flow off?",
  words: [
    "From then on no Account is synced: nothing is sent to NetSuite.",
    "Changes are remembered and none is lost: they run once the flow is switched on again.",
  ],
  fields: [why(true, "Everybody sees it on this page and in the history.")],
  confirm: "Switch off",
  danger: true,
};

const ON = {
  title: "Switch the flow on?",
  words: [
    "What was remembered runs within seconds.",
    "A pause of a service ends, too. If the service is still down, it is paused again soon.",
  ],
  fields: [why(false)],
  confirm: "Switch on",
};

const END = {
  title: "End the pauses?",
  words: [
    "What waits for a service goes on at once. A probe would end the pause by itself.",
    "If the service is still down, or the credentials are still refused, it is paused again soon.",
  ],
  fields: [why(false)],
  confirm: "End the pauses",
};

// `turned` is called when the switch was turned. Gives {show(found, who)}.
export function flowSwitch(host, turned) {
  const told = h("div", { class: "cw-switch-told" });
  const button = h("button", { type: "button", class: "btn", id: "flow-turn", hidden: true });
  const others = h("div", {});
  const note = h("div", { class: "cw-switch-note" });
  host.append(h("div", { class: "cw-switch" }, told, button), others, note);
  let found = null;
  button.addEventListener("click", () => turn(found, turned));

  function show(now, who) {
    const wasOn = found && found.flow;
    found = now;
    patch(told, heading(now));
    patch(others, facts(Object.keys(OTHERS).map((what) => other(what, now.paused[what]))));
    replace(note, readerNote(who));
    button.hidden = !who.can_act;
    button.className = `btn ${isStill(now) ? "btn-primary" : "btn-outline-danger"}`;
    patch(button, label(now));
    if (wasOn && wasOn !== now.flow) announce(`The flow is ${now.flow}.`);
  }
  return { show };
}

const isStill = (found) => Object.keys(found.paused).length > 0;

function label(found) {
  if (found.flow === "off") return "Switch on…";
  return isStill(found) ? "End the pauses…" : "Switch off…";
}

async function turn(found, turned) {
  const question = found.flow === "off" ? ON : isStill(found) ? END : OFF;
  const path = question === OFF ? "/flow/off" : "/flow/on";
  const done = await asking(question, (given) => post(path, given));
  if (!done) return;
  toast(`The flow is ${done.flow}.`);
  await turned();
}

function heading(found) {
  const dot = isStill(found) ? "status-dot-error" : "status-dot-live";
  const words = h("p", { class: "cw-words" }, standing(found));
  return [
    h("span", { class: `status-dot ${dot}` }),
    h("div", {}, h("h2", {}, `The flow is ${found.flow}`), words),
  ];
}

function standing({ flow, paused }) {
  if (flow === "off") return paused.flow || "Changes are remembered.";
  if (paused.credentials) return "It is switched on, and stands still: credentials are refused.";
  const down = ["salesforce", "netsuite"].filter((what) => paused[what]);
  if (!down.length) return "Changes in Salesforce go to NetSuite.";
  const names = down.map((what) => OTHERS[what][0]).join(" and ");
  return `What needs ${names} waits, and goes on by itself once a probe is answered.`;
}

// Why is said above, loud.
function other(what, words) {
  const [name, fine] = OTHERS[what];
  if (!words) return [name, badge(fine, "good")];
  return [name, badge(what === "credentials" ? "refused" : "paused", "bad")];
}
