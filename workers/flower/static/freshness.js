// Tells how fresh a page is: a pill in its header, and a line with a retry when the server fails.

import { $, h, replace } from "./dom.js";
import { clock, when } from "./time.js";

const LATE_AFTER = 2; // intervals without an answer

// Gives the `told` of poll.js's every(). The page's template has, in its header, `.refresh-status`
// with a `.status-dot` and a `.refresh-words`; and, below the header, an empty `.cw-trouble` with
// role="alert". While the data is old, `part` (an element, or none) has the class cw-old.
export function freshness(retry, part = null) {
  let lastGood = null;
  let last = null;
  let timer = null;

  function wait() {
    clearTimeout(timer);
    // Nobody polls for a tab that is hidden.
    if (!last || last.error || document.hidden) return;
    const late = () => pill("", `Waiting for the server, as of ${clock(lastGood)}`);
    timer = setTimeout(late, LATE_AFTER * last.seconds * 1000);
  }

  document.addEventListener("visibilitychange", wait);
  return (told) => {
    const { at, error } = (last = told);
    if (!error) lastGood = at;
    if (error) pill("error", "Not up to date");
    else pill("live", `Updated ${clock(at)}`);
    part?.classList.toggle("cw-old", Boolean(error && lastGood));
    replace($(".cw-trouble"), error && trouble(error, lastGood, retry));
    wait();
  };
}

function pill(kind, words) {
  const dot = $(".refresh-status .status-dot");
  for (const one of ["live", "error"]) dot.classList.toggle(`status-dot-${one}`, one === kind);
  $(".refresh-status .refresh-words").textContent = words;
}

function trouble(error, lastGood, retry) {
  const since = lastGood ? ` What is shown is of ${when(lastGood)}.` : "";
  const again = { type: "button", dataset: { key: "retry" }, on: { click: retry } };
  return h(
    "div",
    { class: "alert alert-danger cw-trouble-line", dataset: { key: "trouble" } },
    h("span", {}, `${error.message}${since}`),
    h("button", { ...again, class: "btn btn-sm btn-outline-danger" }, "Try again"),
  );
}
