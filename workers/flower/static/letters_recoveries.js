// Recoveries ("requeue all of a cause"): how far they are, and a way to stop them.

import { stateBadge } from "./badges.js";
import { $, conceal, foreign, h } from "./dom.js";
import { linked } from "./links.js";
import { patch } from "./patch.js";
import { age } from "./time.js";

const SHOWN_AFTER = 3600; // seconds: how long one that ended is still shown
const AT_MOST = 8;

const goesOn = ({ state }) => state === "canary" || state === "going";

// Shows those that run and those that ended lately. The section listens for "stop".
export function showRecoveries(section, recoveries, canAct) {
  const since = Date.now() / 1000 - SHOWN_AFTER;
  const isShown = (one, at) =>
    goesOn(one) || (one.ended > since && !isOutdated(one, recoveries.slice(0, at)));
  const shown = recoveries.filter(isShown).slice(0, AT_MOST);
  conceal(section, shown.length === 0);
  patch(
    $("ul", section),
    shown.map((recovery) => item(recovery, canAct)),
  );
}

// It failed, and a later one of the same cause has taken its place.
const isOutdated = ({ cause, state }, later) =>
  state === "failed" && later.some((one) => one.cause === cause);

function item(recovery, canAct) {
  const { id, cause, state, by, why, began, words, with_canary } = recovery;
  return h(
    "li",
    { dataset: { key: `recovery-${id}` } },
    h(
      "div",
      { class: "cw-actions" },
      h("strong", {}, cause),
      stateBadge(state),
      with_canary && state !== "canary" && h("span", { class: "cw-muted" }, "with a canary"),
      h(
        "span",
        { class: "cw-muted" },
        "by ",
        foreign(by),
        ", ",
        age(began),
        why && [": ", foreign(why)],
      ),
      goesOn(recovery) && canAct && stopButton(recovery),
    ),
    progress(recovery),
    words && h("p", { class: "cw-words mb-0" }, foreign(linked(words))),
  );
}

// How one has ended, its words tell.
function progress(recovery) {
  const { cause, state, total, requeued, refused, canary } = recovery;
  if (!goesOn(recovery)) return null;
  if (state === "canary") {
    const words = `The canary ${canary ?? ""} runs; the others wait for it.`;
    return h("p", { class: "mb-0" }, linked(words));
  }
  const through = requeued + refused;
  const told = [`${number(requeued)} of ${number(total)} requeued`];
  if (refused) told.push(`${number(refused)} left, since they had just died again`);
  const bar = { class: "cw-progress", max: total || 1, "aria-label": `Requeued of ${cause}` };
  return h(
    "div",
    { class: "cw-actions" },
    h("progress", { ...bar, value: total ? through : 1 }),
    h("span", {}, told.join(", ")),
  );
}

const number = (count) => count.toLocaleString("en");

function stopButton({ id, cause }) {
  const props = { type: "button", class: "btn btn-sm btn-outline-danger" };
  const data = { key: `stop-${id}`, act: "stop", id, cause };
  const named = { "aria-label": `Stop requeueing ${cause}`, dataset: data };
  return h("button", { ...props, ...named }, "Stop");
}
