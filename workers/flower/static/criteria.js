// The page of the criteria: what holds, the form, and the draft that it makes.

import { ApiError, get, put } from "./api.js";
import { history } from "./audit.js";
import { criteriaForm } from "./criteria_form.js";
import { draftPart } from "./criteria_draft.js";
import { showCurrent, showFlowFile } from "./criteria_shown.js";
import { toast } from "./dialog.js";
import { $, replace } from "./dom.js";
import { freshness } from "./freshness.js";
import { every } from "./poll.js";
import { readerNote, session } from "./session.js";

const SECONDS = 10;
const HISTORY_SECONDS = 30;
const KINDS = ["criteria draft", "criteria publish", "criteria drop"];

const form = criteriaForm($("#fields"), showState);
const draft = draftPart($("#draft"), reloaded);
const changes = history($("#criteria-history"), KINDS);
let [found, who, offer, filledWith, isSaving] = [null, null, null, null, false];

const polling = every(
  SECONDS,
  look,
  freshness(() => polling.now(), $("#criteria")),
);
every(HISTORY_SECONDS, () => changes.reload());
$("#criteria-form").addEventListener("submit", save);
for (const button of ["#reset", "#load-newer"]) $(button).addEventListener("click", refill);

async function look() {
  [who, found] = await Promise.all([session(), get("/criteria")]);
  showCurrent($("#current"), found);
  showFlowFile($("#flow-file"), found);
  offer ??= await get("/criteria/fields");
  if (!form.isFilled() || (isNewer() && !isInUse())) fill();
  showState();
}

const versionOf = ({ draft, version }) => draft?.version ?? version ?? "flow file";
const isNewer = () => versionOf(found) !== filledWith;
const isInUse = () => form.isDirty() || $("#criteria-form").contains(document.activeElement);

function fill() {
  form.fill(offer, found.draft?.qualification ?? found.current);
  filledWith = versionOf(found);
  showState();
}

// The button that was pressed goes.
function refill() {
  fill();
  $("#criteria-match").focus();
}

function showState() {
  if (!found || !who) return;
  const isDirty = form.isDirty();
  draft.show(found.draft, who.can_act, isDirty);
  $("#fields").disabled = !who.can_act;
  $("#form-actions").hidden = !who.can_act;
  replace($("#reader"), readerNote(who));
  $("#reset").hidden = !isDirty;
  const by = found.draft
    ? `${found.draft.by} saved another draft`
    : "The draft was published or dropped";
  $("#newer").hidden = !form.isFilled() || !isNewer();
  $("#newer-words").textContent =
    `${by} meanwhile. What is in the form stays until you load the newer.`;
}

async function save(event) {
  event.preventDefault();
  if (isSaving || !form.isComplete()) return;
  isSaving = true;
  try {
    const saved = await put("/criteria/draft", form.read());
    found = { ...found, draft: saved };
    fill();
    toast("The draft is saved. It changes nothing until it is published.");
    $("#draft").focus();
    await changes.reload(true);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    form.refuse(error.message);
  } finally {
    isSaving = false;
  }
}

// `words`: why nothing was done.
async function reloaded(words) {
  $("#conflict").hidden = !words;
  $("#conflict").textContent = words && `${words} The page shows the newest now: look at it again.`;
  if (words) $("#conflict").focus();
  await Promise.all([polling.now(), changes.reload(true)]);
  if (!words) $("#current").focus();
}
