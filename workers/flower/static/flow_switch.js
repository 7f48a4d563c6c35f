// The switch, and what stands still besides: the breakers of both services, refused credentials, and
// a stopped worker.

import { announce } from "./announce.js";
import { post } from "./api.js";
import { asking, why } from "./asking.js";
import { badge } from "./badges.js";
import { changed } from "./changed.js";
import { toast } from "./dialog.js";
import { conceal, foreign, h, replace } from "./dom.js";
import { facts } from "./parts.js";
import { patch } from "./patch.js";
import { readerNote } from "./session.js";
import { ago } from "./time.js";

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

// `turned` is called when something was done. Gives {show(found, who)}.
export function flowSwitch(host, turned) {
  const told = h("div", { class: "cw-switch-told" });
  const end = button("flow-end", "btn-outline-secondary", "End the pauses…");
  const turn = button("flow-turn", "btn-outline-danger", "");
  const others = h("div", {});
  const note = h("div", { class: "cw-switch-note" });
  const buttons = h("div", { class: "cw-actions" }, end, turn);
  host.append(h("div", { class: "cw-switch" }, told, buttons), others, note);
  let found = null;
  turn.addEventListener("click", () => {
    const isOn = found.flow === "on";
    act(isOn ? OFF : ON, isOn ? "/flow/off" : "/flow/on", turned);
  });
  end.addEventListener("click", () => act(END, "/flow/on", turned));

  function show(now, who) {
    const wasOn = found && found.flow;
    found = now;
    const isOn = now.flow === "on";
    patch(told, heading(now));
    patch(others, facts(Object.keys(OTHERS).map((what) => other(what, now.paused[what]))));
    replace(note, readerNote(who));
    conceal(turn, !who.can_act);
    conceal(end, !who.can_act || !isOn || !Object.keys(now.paused).length);
    turn.className = `btn ${isOn ? "btn-outline-danger" : "btn-primary"}`;
    patch(turn, isOn ? "Switch off…" : "Switch on…");
    if (wasOn && wasOn !== now.flow) announce(`The flow is ${now.flow}.`);
  }
  return { show };
}

const button = (id, style, words) =>
  h("button", { type: "button", class: `btn ${style}`, id, hidden: true }, words);

async function act(question, path, turned) {
  const done = await asking(question, (given) => post(path, given));
  if (!done) return;
  changed();
  toast(question === END ? "The pauses are ended." : `The flow is ${done.flow}.`);
  await turned();
}

function heading(found) {
  const { flow, paused, sweeper_is_late } = found;
  const isTrouble = Object.keys(paused).length > 0 || sweeper_is_late || !isHeard(found);
  return [
    h("span", { class: `status-dot ${isTrouble ? "status-dot-error" : "status-dot-live"}` }),
    h(
      "div",
      {},
      h("h2", {}, `The flow is ${flow}`),
      sweeper_is_late && h("p", { class: "cw-alarm" }, stopped(found)),
      h("p", { class: "cw-words" }, standing(found)),
    ),
  ];
}

function stopped({ swept_seconds_ago: last }) {
  const ran = last === null ? "has never run" : `ran last ${ago(last)}`;
  return `Nothing is being done: no worker or no beat answers (the sweeper ${ran}).`;
}

const isHeard = ({ channels }) => Object.values(channels).every(({ heard }) => heard);

// Nothing is promised of what a stopped worker does.
function standing(found) {
  const { flow, paused, sweeper_is_late } = found;
  if (flow === "off") return foreign(paused.flow || "Changes are remembered.");
  if (paused.credentials) return "It is switched on, and stands still: credentials are refused.";
  if (sweeper_is_late) return "It is switched on. Changes are remembered until both run.";
  const down = ["salesforce", "netsuite"].filter((what) => paused[what]);
  const names = down.map((what) => OTHERS[what][0]).join(" and ");
  if (names) return `What needs ${names} waits, and goes on by itself once a probe is answered.`;
  if (!isHeard(found)) return "It is switched on, and does not hear all changes in Salesforce.";
  return "Changes in Salesforce go to NetSuite.";
}

// Why is said above, loud.
function other(what, words) {
  const [name, fine] = OTHERS[what];
  if (!words) return [name, badge(fine, "good")];
  return [name, badge(what === "credentials" ? "refused" : "paused", "bad")];
}
