// Tells how fresh a page is: a pill in its header, and a line with a retry when the server fails.

import { $, h, replace } from "./dom.js";
import { when } from "./time.js";

// Gives the `told` of poll.js's every(). The page's template has, in its header, `.refresh-status`
// with a `.status-dot` and a `.refresh-words`; and, below the header, an empty `.cw-trouble` with
// role="alert". While the data is old, `part` (an element, or none) has the class cw-old.
export function freshness(retry, part = null) {
  let lastGood = null;
  return ({ at, error }) => {
    if (!error) lastGood = at;
    pill(error, lastGood);
    part?.classList.toggle("cw-old", Boolean(error && lastGood));
    replace($(".cw-trouble"), error && trouble(error, lastGood, retry));
  };
}

function pill(error, lastGood) {
  const dot = $(".refresh-status .status-dot");
  dot.classList.toggle("status-dot-live", !error);
  dot.classList.toggle("status-dot-error", Boolean(error));
  const words = error ? "Not up to date" : `Updated ${when(lastGood).slice(11)}`;
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
