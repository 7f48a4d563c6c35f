// Moments and ages for people. The API gives epoch seconds.

import { h } from "./dom.js";

const STEPS = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
];
const TICK = 10_000; // ms

// An age in seconds: "3 min ago".
export const ago = (seconds) => (seconds < 1 ? "just now" : `${span(seconds)} ago`);

// A length of time in seconds: "3 min"; from an hour on with the next smaller step: "2 h 5 min".
export function span(seconds) {
  const at = STEPS.findIndex(([size]) => seconds >= size);
  if (at < 0) return `${Math.round(seconds * 1000)} ms`;
  const [size, unit] = STEPS[at];
  const whole = Math.floor(seconds / size);
  const rest = at < 2 ? Math.floor((seconds % size) / STEPS[at + 1][0]) : 0;
  return rest ? `${whole} ${unit} ${rest} ${STEPS[at + 1][1]}` : `${whole} ${unit}`;
}

// A moment in the reader's own time: "2026-11-23 16:05:09".
export function when(epoch) {
  const at = new Date(epoch * 1000);
  const two = (number) => String(number).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

// Its time of day alone, with the reader's zone: "16:05:09 UTC", "16:05:09 GMT+5:30".
export function clock(epoch) {
  const named = new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" });
  const parts = named.formatToParts(epoch * 1000);
  const zone = parts.find(({ type }) => type === "timeZoneName").value;
  return `${when(epoch).slice(11)} ${zone}`;
}

// An element that tells how long ago it was, and the moment on pointing at it, in UTC, too; it stays
// true.
export const age = (epoch) => moment(epoch, ago(Math.max(0, Date.now() / 1000 - epoch)), true);

// An element that tells the moment itself.
export const stamp = (epoch) => moment(epoch, when(epoch), false);

function moment(epoch, words, ticks) {
  if (!epoch) return h("span", { class: "value-missing" }, "—");
  const props = { datetime: new Date(epoch * 1000).toISOString(), title: exactly(epoch) };
  if (ticks) props.dataset = { ticks: String(epoch) };
  return h("time", props, words);
}

// The reader's own time, and UTC, as logs have it.
function exactly(epoch) {
  const utc = `${new Date(epoch * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  const own = when(epoch);
  return utc.startsWith(own) ? utc : `${own} here, ${utc}`;
}

setInterval(() => {
  for (const element of document.querySelectorAll("time[data-ticks]")) {
    const words = ago(Math.max(0, Date.now() / 1000 - Number(element.dataset.ticks)));
    if (element.textContent !== words) element.textContent = words;
  }
}, TICK);
