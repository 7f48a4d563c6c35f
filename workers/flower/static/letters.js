// The page of dead letters.

import { polled } from "./api.js";
import { $, conceal, h, listen } from "./dom.js";
import { freshness } from "./freshness.js";
import { discard, requeue, requeueCause, stopRecovery } from "./letter_actions.js";
import { causesTable } from "./letters_causes.js";
import { filterForm, followAddress, offerCauses } from "./letters_filters.js";
import { LetterList } from "./letters_list.js";
import { showRecoveries } from "./letters_recoveries.js";
import { bulkBar, Selection } from "./letters_selection.js";
import { filter, onMove } from "./letters_view.js";
import { count } from "./parts.js";
import { patch } from "./patch.js";
import { every } from "./poll.js";
import { readerNote, session } from "./session.js";
import { age } from "./time.js";

const SECONDS = 5; // between two looks

const form = filterForm();
const selection = new Selection();
let parts = null;

const poll = every(
  SECONDS,
  load,
  freshness(() => poll.now(), $("#letters")),
);

async function load() {
  parts ??= build(await session());
  const [counts, { recoveries }] = await Promise.all([
    polled("/letters/causes"),
    polled("/recoveries"),
    parts.list.read(),
  ]);
  showCounts(counts);
  showRecoveries($("#recoveries"), recoveries, parts.canAct);
}

function build(who) {
  const canAct = who.can_act;
  const choose = ({ cause }) => filter({ cause });
  const causes = causesTable(canAct ? { choose, requeueAll: after(requeueCause) } : { choose });
  const list = new LetterList(canAct ? selection : null);
  patch($("#reader"), readerNote(who));
  listen($("#recoveries"), { stop: after(stopRecovery) });
  $("#causes-place").append(causes.element);
  $("#filters-place").append(form);
  if (canAct) $("#bulk-place").append(bulkBar(selection, bulk(requeue), bulk(discard)));
  followAddress(form);
  return { canAct, causes, list };
}

// An action that, once something was done, shows what came of it.
const after = (act) => async (data) => {
  if (!(await act(data))) return;
  parts.list.expire();
  await poll.now();
};

const bulk = (act) =>
  after(async () => {
    const isDone = await act(selection.accounts);
    if (isDone) selection.clear();
    return isDone;
  });

function showCounts(counts) {
  const { causes, total, again } = counts;
  $("#count-dead").textContent = count(total);
  $("#count-again").textContent = count(again);
  $("#count-dead").parentElement.classList.toggle("metric-card-danger", total > 0);
  $("#count-again").parentElement.classList.toggle("metric-card-active", again > 0);
  $("#count-causes").textContent = count(causes.length);
  const oldest = Math.min(...causes.map((counted) => counted.oldest));
  patch($("#oldest"), causes.length ? age(oldest) : h("span", {}, "none"));
  conceal($("#causes"), causes.length === 0);
  parts.causes.show(counts);
  offerCauses(
    form,
    causes.map(({ cause }) => cause),
  );
}

onMove(() => {
  followAddress(form);
  selection.clear();
  parts?.list.expire();
  poll.now();
});
