// Who is told of trouble, what was told lately, and whether it arrives.

import { ApiError, polled, post } from "./api.js";
import { foreign, h, replace } from "./dom.js";
import { empty, facts } from "./parts.js";
import { patch } from "./patch.js";
import { every } from "./poll.js";
import { session } from "./session.js";
import { age } from "./time.js";

const SECONDS = 30;
const WEBHOOK = "NOTIFY_WEBHOOK_URL";
const EMAIL = "NOTIFY_EMAIL_TO with NOTIFY_EMAIL_FROM and NOTIFY_SMTP_HOST";
const UNSET = `There is nobody to send it to: set ${WEBHOOK}, or ${EMAIL}, and restart.`;

// `tested` is called when a test was sent.
export function notifications(host, tested) {
  const set = h("div", {});
  const recent = h("div", {});
  const unset = h("span", { class: "cw-muted", id: "notify-unset", hidden: true }, UNSET);
  const button = h(
    "button",
    {
      type: "button",
      class: "btn btn-outline-secondary btn-sm",
      "aria-describedby": unset.id,
    },
    "Send a test",
  );
  const result = h("div", { role: "status" });
  const foot = h("div", { class: "cw-card-foot", hidden: true }, button, unset, result);
  const note = h("div", { role: "status" });
  host.append(set, recent, note, foot);
  let isSending = false;
  button.addEventListener("click", async () => {
    if (isSending) return;
    isSending = true;
    await test(result, tested);
    isSending = false;
  });

  async function look() {
    const [who, found] = await Promise.all([session(), polled("/notifications")]);
    patch(set, configured(found));
    patch(recent, told(found.recent));
    foot.hidden = !who.can_act;
    const isSet = found.webhook || found.email.length > 0;
    button.disabled = !isSet;
    unset.hidden = isSet;
  }

  every(SECONDS, look, ({ error }) =>
    replace(
      note,
      error && h("p", { class: "cw-note" }, `This is not up to date: ${error.message}`),
    ),
  );
}

function configured({ webhook, email, events }) {
  const what = events.map(({ event, words }) => h("li", {}, h("b", {}, event), `: ${words}`));
  return [
    facts([
      ["Webhook", webhook ? "configured" : `none: set ${WEBHOOK}`],
      ["E-mail", email.length ? foreign(email.join(", ")) : `none: set ${EMAIL}`],
    ]),
    h("details", { class: "cw-more" }, h("summary", {}, "What is told"), h("ul", {}, what)),
  ];
}

function told(recent) {
  if (!recent.length) return empty("Nothing was told lately.");
  const lines = recent.map(({ event, at, words, to, refused }) => {
    const about = h(
      "span",
      { class: "cw-muted" },
      age(at),
      to.length > 0 && `, by ${to.join(" and ")}`,
    );
    const said = h("span", { class: "cw-second cw-words" }, foreign(words));
    const failed = Object.entries(refused).map(([way, why]) =>
      h("span", { class: "cw-second cw-words" }, `Failed by ${way}: ${why}`),
    );
    return h("li", {}, h("b", {}, event), " ", about, said, failed);
  });
  return h("ul", { class: "cw-list", "aria-label": "Told lately" }, lines);
}

async function test(result, tested) {
  replace(result, "Sending…");
  try {
    const { webhook, email } = await post("/notifications/test");
    const lines = [webhook && `Webhook: ${webhook}`, email && `E-mail: ${email}`].filter(Boolean);
    replace(
      result,
      lines.map((words) => h("p", { class: "cw-result cw-words" }, words)),
    );
    await tested();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    replace(result, h("p", { class: "cw-result cw-words" }, error.message));
  }
}
