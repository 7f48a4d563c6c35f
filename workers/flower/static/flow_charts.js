// Rates and lag, minute by minute.

import { polled } from "./api.js";
import { chart } from "./charts.js";
import { h, replace } from "./dom.js";
import { brief } from "./parts.js";
import { every } from "./poll.js";

const SECONDS = 15;
const CHOICES = [15, 60, 120]; // the API keeps two hours

const RATES = [
  { name: "synced", tone: "good", area: true },
  { name: "written", tone: "active", dashed: true },
  { name: "skipped", tone: "quiet" },
  { name: "dead", tone: "bad", dashed: true },
];
const LAGS = [
  { name: "p50", tone: "good", area: true },
  { name: "p95", tone: "warning", dashed: true },
];

// Draws into `plots`; `choice` gets the select of how far back.
export function charts({ plots, note, choice }) {
  const rates = chart({ title: "Accounts per minute", inAll: true });
  const lags = new Map(); // channel → chart
  const select = minutes();
  choice.append(h("label", { class: "cw-muted", for: select.id }, "The last"), select);
  plots.append(rates.figure);

  async function look() {
    const found = await polled("/flow/series", { minutes: select.value });
    const times = found.minutes;
    rates.show({
      times,
      series: RATES.map((one) => ({ ...one, values: found.rates[one.name] ?? [] })),
    });
    for (const [channel, lag] of Object.entries(found.lag)) {
      ofChannel(channel).show({
        times,
        series: LAGS.map((one) => ({ ...one, values: lag[one.name] })),
      });
    }
  }

  function ofChannel(channel) {
    if (!lags.has(channel)) {
      const name = channel.replace(/^\/(data|event)\//, "");
      lags.set(channel, chart({ title: `Lag of ${name}`, told: brief }));
      plots.append(lags.get(channel).figure);
    }
    return lags.get(channel);
  }

  const told = ({ error }) =>
    replace(
      note,
      error && h("p", { class: "cw-note" }, `The charts are not up to date: ${error.message}`),
    );
  const polling = every(SECONDS, look, told);
  select.addEventListener("change", () => polling.now());
}

function minutes() {
  const options = CHOICES.map((value) => h("option", { value }, `${value} minutes`));
  const props = { id: "flow-minutes-choice", class: "form-select form-select-sm cw-narrow" };
  return h("select", { ...props, value: "60" }, options);
}
