// What holds now, and what the flow file decides besides: to be read only.

import { foreign, h } from "./dom.js";
import { facts } from "./parts.js";
import { patch } from "./patch.js";
import { lateParents, wayOf } from "./rules.js";
import { age } from "./time.js";

export function showCurrent(host, found) {
  const { words, source, by, at, version, current, warnings } = found;
  const alerts = warnings.map((warning) =>
    h("p", { class: "alert alert-warning cw-alert" }, foreign(warning)),
  );
  const match = current.match === "all" ? "all of it on the same Opportunity" : "any one of it";
  const from =
    source === "published"
      ? ["Published by ", foreign(by), " ", age(at), `, version ${version}`]
      : "The flow file";
  patch(
    host,
    alerts.length > 0 && h("div", { class: "cw-card-body" }, alerts),
    facts([
      [
        "An Account qualifies with an Opportunity where",
        h("b", { class: "cw-words", id: "current-words" }, foreign(words)),
      ],
      ["It must meet", match],
      ["Comes from", h("span", {}, from)],
    ]),
  );
}

export function showFlowFile(host, { late_parents, matching_order, id_field }) {
  const ways = matching_order.map((way) => h("li", {}, wayOf(way)));
  patch(
    host,
    facts([
      ["A parent that comes late", [lateParents(late_parents), place("[hierarchy] late_parents")]],
      ["A Customer is found by", [h("ol", { class: "cw-ways" }, ways), place("[matching] order")]],
      ["The Account's id stands in", [id_field || "the external id", place("[matching] id_field")]],
    ]),
    h("p", { class: "cw-note" }, "To change these, edit the flow file and restart the processes."),
  );
}

const place = (key) => h("span", { class: "cw-second" }, "flow.toml: ", h("code", {}, key));
