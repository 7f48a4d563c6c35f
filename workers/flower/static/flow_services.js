// How much of both services is used, and what other programs and people are to know.

import { page } from "./api.js";
import { badge } from "./badges.js";
import { h } from "./dom.js";
import { count, empty, facts, meter, plural, table } from "./parts.js";
import { patch } from "./patch.js";
import { ago, span } from "./time.js";

const LEFT_SHOWN = 5;

export function showNetSuite(host, slots) {
  const { in_use, allowed, configured, waiting, refusals, rest_seconds } = slots;
  const words = `${count(in_use)} of ${count(allowed)} in use`;
  const isThrottled = allowed < configured || rest_seconds > 0;
  const least = isThrottled ? badge("throttled", "warning") : badge("not throttled", "good");
  const last =
    refusals && slots.refused_seconds_ago !== null
      ? `, last ${ago(slots.refused_seconds_ago)}`
      : "";
  patch(
    host,
    h("div", { class: "cw-card-body" }, meter("NetSuite requests in use", in_use, allowed, words)),
    facts([
      ["Allowed at a time", [`${count(allowed)} of ${count(configured)} configured `, least]],
      ["Waiting", plural(waiting, "call")],
      ["Refused for their number", `${plural(refusals, "request")}${last}`],
      ["It asks for a rest", rest_seconds ? `of ${span(rest_seconds)}` : "no"],
    ]),
    processes(slots.processes),
  );
}

function processes(found) {
  const rows = Object.entries(found).map(([name, one]) => [
    h("span", { class: "cw-words" }, name),
    count(one.granted),
    count(one.in_use),
    count(one.waiting),
  ]);
  if (!rows.length) return null;
  const heads = [
    "Process",
    ...["Granted", "In use", "Waiting"].map((label) => ({ label, number: true })),
  ];
  const summary = h("summary", {}, plural(rows.length, "process", "processes"));
  return h(
    "details",
    { class: "cw-more" },
    summary,
    table("NetSuite slots by process", heads, rows),
  );
}

export function showSalesforce(host, calls) {
  if (!calls) return patch(host, empty("Salesforce has not said yet how many calls are used."));
  const { used, limit, said_seconds_ago } = calls;
  const share = limit ? ` (${Math.round((100 * used) / limit)} %)` : "";
  const words = `${count(used)} of ${count(limit)}${share}`;
  return patch(
    host,
    h("div", { class: "cw-card-body" }, meter("Salesforce API calls used", used, limit, words)),
    facts([
      ["Used in 24 hours", words],
      ["Salesforce said so", ago(said_seconds_ago)],
    ]),
  );
}

export function showHandOff(host, { length, lag, pending }) {
  const known = (number) =>
    number === null ? "not known: Redis tells it from version 7 on" : plural(number, "Customer");
  patch(
    host,
    h(
      "p",
      { class: "cw-note" },
      "Programs that write orders learn from a stream in Redis which Account has got a Customer. ",
      "They read it as the group ",
      h("code", {}, "orders"),
      ".",
    ),
    facts([
      ["In the stream", plural(length, "Customer")],
      [
        "Not read by them yet",
        pending === null ? "nobody reads it: there is no such group" : known(lag),
      ],
      ["Read, not acknowledged", pending === null ? null : known(pending)],
    ]),
  );
}

export function showLeft(host, { count: many, newest }) {
  if (!many) return patch(host, empty("None: no Account of a Customer is gone from Salesforce."));
  const words = `${plural(many, "Customer")} stayed in NetSuite when the Account went from Salesforce.`;
  const others = newest.slice(LEFT_SHOWN);
  const summary = h("summary", {}, `${count(others.length)} more`);
  return patch(
    host,
    h("p", { class: "cw-note" }, words),
    listed("Customers left behind", newest.slice(0, LEFT_SHOWN)),
    others.length > 0 &&
      h("details", { class: "cw-more" }, summary, listed("More Customers left behind", others)),
    many > newest.length &&
      h("p", { class: "cw-note" }, "All of them: closedwon flow status --json"),
  );
}

function listed(label, left) {
  const rows = left.map(({ account, customer, seconds_ago }) => [
    h("a", { href: page(`/accounts/${account}`) }, account),
    customer,
    ago(seconds_ago),
  ]);
  return table(label, ["Account", "Customer", "Gone"], rows);
}
