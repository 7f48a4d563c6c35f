// The page of the criteria: what holds, the form, and the draft that it makes.

import { ApiError, get, polled, put } from "./api.js";
import { history } from "./audit.js";
import { changed } from "./changed.js";
import { criteriaForm } from "./criteria_form.js";
import { draftPart } from "./criteria_draft.js";
import { showCurrent, showFlowFile } from "./criteria_shown.js";
import { wayBack } from "./criteria_way_back.js";
import { toast } from "./dialog.js";
import { $, foreign, replace } from "./dom.js";
import { freshness } from "./freshness.js";
import { every } from "./poll.js";
import { readerNote, session } from "./session.js";

const SECONDS = 10;
const HISTORY_SECONDS = 30;
const KINDS = ["criteria draft", "criteria publish", "criteria drop"];

const form = criteriaForm($("#fields"), showState);
const draft = draftPart($("#draft"), reloaded);
const back = wayBack($("#way-back"), drafted, refused);
const changes = history($("#criteria-history"), KINDS);
let [found, who, offer, filledWith, isSaving] = [null, null, null, null, false];
let told = ""; // of which versions the history tells

const polling = every(
  SECONDS,
  look,
  freshness(() => polling.now(), $("#criteria")),
);
every(HISTORY_SECONDS, () => changes.reload());
$("#criteria-form").addEventListener("submit", save);
for (const button of ["#reset", "#load-newer"]) $(button).addEventListener("click", refill);

async function look() {
  [who, found] = await Promise.all([session(), polled("/criteria")]);
  showCurrent($("#current"), found);
  showFlowFile($("#flow-file"), found);
  offer ??= await get("/criteria/fields");
  await retell();
  if (!form.isFilled() || (isNewer() && !isInUse())) fill();
  showState();
}

// Somebody else's draft and the line about it are seen together.
async function retell() {
  const versions = `${found.draft?.version}, ${found.version}`;
  if (told && told !== versions) await changes.reload();
  told = versions;
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
  draft.show(found.draft, who.can_act, obstacle(isDirty));
  back.show(found, who.can_act, isDirty);
  $("#fields").disabled = !who.can_act;
  $("#form-actions").hidden = !who.can_act;
  replace($("#reader"), readerNote(who));
  const isLate = form.isFilled() && isNewer();
  $("#reset").hidden = !isDirty || isLate;
  $("#newer").hidden = !isLate;
  const by = found.draft
    ? [foreign(found.draft.by), " saved another draft"]
    : "The draft was published or dropped";
  const rest = " meanwhile. What is in the form stays until you load the newer.";
  replace($("#newer-words"), by, rest);
}

// Why the draft that is shown cannot be published: the form holds something else.
function obstacle(isDirty) {
  if (form.isFilled() && isNewer()) return "Load the newer first: the form holds something else.";
  return isDirty ? "The form holds more than this draft: save it first, or reset the form." : "";
}

async function save(event) {
  event.preventDefault();
  if (isSaving || !form.isComplete()) return;
  isSaving = true;
  try {
    await drafted(await put("/criteria/draft", form.read()));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    form.refuse(error.message);
  } finally {
    isSaving = false;
  }
}

async function drafted(saved) {
  found = { ...found, draft: saved };
  fill();
  changed();
  toast("The draft is saved. It changes nothing until it is published.");
  $("#draft").focus();
  await changes.reload(true);
}

async function refused(error) {
  if (!(error instanceof ApiError)) throw error;
  await reloaded(`No draft was saved. ${error.message}`);
}

// `words`: why nothing was done.
async function reloaded(words) {
  changed();
  $("#conflict").hidden = !words;
  $("#conflict").textContent = words && `${words} The page shows the newest now: look at it again.`;
  if (words) $("#conflict").focus();
  await Promise.all([polling.now(), changes.reload(true)]);
  if (!words) $("#current").focus();
}
