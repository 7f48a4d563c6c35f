// Small line charts: an SVG with a label that tells what it shows, and its numbers as a table.

import { h, replace } from "./dom.js";
import { patch } from "./patch.js";
import { when } from "./time.js";

const [WIDTH, HEIGHT] = [600, 160];
const SVG = "http://www.w3.org/2000/svg";

// `figure` goes into the page once; `show` draws it again and again: {times: [epoch s of each
// minute, of which the last is not over], series: [{name, values: [number or null], tone, dashed,
// area}]}. tone: good, active, quiet, warning or bad; dashed lines tell themselves apart without
// colour. `told` makes a value words. `inAll`: the legend has sums, else the newest values.
export function chart({ title, told = rounded, inAll = false }) {
  const drawing = svg("svg", {
    class: "cw-chart-drawing",
    role: "img",
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: "none",
  });
  const parts = Object.fromEntries(
    ["legend", "top", "middle", "from", "until"].map((name) => [name, h("span", {})]),
  );
  const table = h("div", { class: "cw-chart-table", tabindex: "0", role: "region" });
  table.setAttribute("aria-label", `${title}: numbers`);
  const details = h("details", { class: "cw-chart-numbers" }, h("summary", {}, "Numbers"), table);
  const figure = frame(title, drawing, parts, details);
  let shown = null;
  details.addEventListener("toggle", () => shown && tabulate(table, details, shown, told));

  function show(given) {
    shown = given;
    const scale = nice(Math.max(0, ...shown.series.flatMap((one) => present(one.values))));
    replace(
      drawing,
      grid(),
      running(shown.times.length),
      shown.series.map((one) => line(one, scale)),
    );
    drawing.setAttribute("aria-label", label(title, shown, told));
    patch(
      parts.legend,
      shown.series.map((one) => entry(one, inAll ? summed : newest, told)),
    );
    patch(parts.top, told(scale));
    patch(parts.middle, told(scale / 2));
    patch(parts.from, clock(shown.times[0]));
    patch(parts.until, `${clock(shown.times.at(-1))}, not over`);
    tabulate(table, details, shown, told);
  }
  return { figure, show };
}

function frame(title, drawing, parts, details) {
  parts.legend.className = "cw-chart-legend";
  const axis = h(
    "span",
    { class: "cw-chart-axis", "aria-hidden": "true" },
    parts.top,
    parts.middle,
  );
  const hours = h(
    "div",
    { class: "cw-chart-hours", "aria-hidden": "true" },
    parts.from,
    parts.until,
  );
  return h(
    "figure",
    { class: "cw-chart" },
    h("figcaption", {}, h("span", { class: "cw-chart-title" }, title), parts.legend),
    h("div", { class: "cw-chart-plot" }, drawing, axis),
    hours,
    details,
  );
}

const present = (values) => values.filter((value) => value !== null && value !== undefined);

// The next 1, 2 or 5 with zeros that is no less: 7 → 10, 130 → 200.
function nice(greatest) {
  if (greatest <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(greatest));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= greatest);
}

function grid() {
  const at = (y) => svg("line", { class: "cw-chart-grid", x1: 0, x2: WIDTH, y1: y, y2: y });
  return [at(0.5), at(HEIGHT / 2), at(HEIGHT - 0.5)];
}

// The minute that is not over: what looks like a fall there is none.
function running(minutes) {
  const width = WIDTH / Math.max(1, minutes - 1);
  const place = { x: WIDTH - width, y: 0, width, height: HEIGHT };
  return svg("rect", { class: "cw-chart-running", ...place });
}

function line({ values, tone, dashed, area }, scale) {
  const step = WIDTH / Math.max(1, values.length - 1);
  const x = (at) => (at * step).toFixed(1);
  const y = (value) => (HEIGHT - 1 - (value / scale) * (HEIGHT - 4)).toFixed(1);
  const made = runs(values).flatMap(([first, some]) => {
    const points = some.map((value, at) => `${x(first + at)},${y(value)}`);
    // A single value is a line without length, whose round ends make it a dot.
    const isDot = some.length === 1;
    const path = `M${points.join("L")}${isDot ? "h0.01" : ""}`;
    const last = x(first + some.length - 1);
    const under = `M${points.join("L")}L${last},${HEIGHT}L${x(first)},${HEIGHT}Z`;
    const over = svg("path", {
      class: isDot ? "cw-chart-line cw-chart-dot" : strokeOf(dashed),
      d: path,
    });
    return area ? [svg("path", { class: "cw-chart-area", d: under }), over] : [over];
  });
  return svg("g", { class: `cw-tone-${tone}` }, ...made);
}

// What stands together without a null in between: [index of the first, values].
function runs(values) {
  const found = [];
  values.forEach((value, at) => {
    if (value === null || value === undefined) return;
    const last = found.at(-1);
    if (last && last[0] + last[1].length === at) last[1].push(value);
    else found.push([at, [value]]);
  });
  return found;
}

function label(title, { times, series }, told) {
  const lines = series.map((one) => `${one.name}: ${inWords(one.values, times, told)}`);
  const [from, until] = [times[0], times.at(-1)].map(clock);
  return `${title}, ${from} to ${until}, which is not over. ${lines.join(". ")}.`;
}

function inWords(values, times, told) {
  const some = present(values);
  if (!some.length) return "none";
  const peak = Math.max(...some);
  return `newest ${told(some.at(-1))}, peak ${told(peak)} at ${clock(times[values.indexOf(peak)])}`;
}

const summed = (values, told) => {
  const sum = present(values).reduce((all, value) => all + value, 0);
  return [h("b", {}, told(sum)), " in all"];
};

const newest = (values, told) => {
  const value = present(values).at(-1);
  return h("b", {}, value === undefined ? "–" : told(value));
};

function entry({ name, values, tone, dashed }, said, told) {
  const stroke = svg("path", { class: strokeOf(dashed), d: "M1 5H23" });
  const swatch = svg("svg", {
    class: "cw-chart-swatch",
    viewBox: "0 0 24 10",
    "aria-hidden": "true",
  });
  swatch.append(svg("g", { class: `cw-tone-${tone}` }, stroke));
  return h(
    "span",
    { class: "cw-chart-entry" },
    swatch,
    h("span", {}, `${name} `, said(values, told)),
  );
}

const strokeOf = (dashed) => (dashed ? "cw-chart-line cw-chart-dashed" : "cw-chart-line");

// Only where it is open: a table of the numbers is long.
function tabulate(table, details, { times, series }, told) {
  if (!details.open) return patch(table);
  const head = ["Minute", ...series.map((one) => one.name)];
  const rows = times.map((time, at) => {
    const values = series.map(({ values }) => (values[at] === null ? "–" : told(values[at])));
    const cells = values.map((value) => h("td", {}, value));
    const minute = when(time).slice(0, 16) + (at === times.length - 1 ? ", not over" : "");
    return h("tr", {}, h("th", { scope: "row" }, minute), cells);
  });
  const titles = head.map((name) => h("th", { scope: "col" }, name));
  const body = h("tbody", {}, rows.reverse());
  return patch(table, h("table", {}, h("thead", {}, h("tr", {}, titles)), body));
}

const clock = (time) => (time ? when(time).slice(11, 16) : "");
const rounded = (value) => String(Math.round(value * 10) / 10);

function svg(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
