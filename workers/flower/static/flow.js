// The flow's page: asks again every few seconds and gives each part what it shows.

import { polled } from "./api.js";
import { history } from "./audit.js";
import { changed } from "./changed.js";
import { $ } from "./dom.js";
import { charts } from "./flow_charts.js";
import { showListening, showPasses } from "./flow_listening.js";
import { showQueues, showRules, showStates, showWarnings } from "./flow_counts.js";
import { showHandOff, showLeft, showNetSuite, showSalesforce } from "./flow_services.js";
import { flowSwitch } from "./flow_switch.js";
import { freshness } from "./freshness.js";
import { notifications } from "./notifications.js";
import { every } from "./poll.js";
import { session } from "./session.js";

const SECONDS = 5;
const HISTORY_SECONDS = 30;

// What concerns the whole: single accounts have their own pages.
const KINDS = [
  "flow on",
  "flow off",
  "flow drop",
  "recovery",
  "criteria draft",
  "criteria publish",
  "criteria drop",
  "notification test",
  "backfill",
  "reconcile",
  "drift",
  "check",
  "flower",
];

const changes = history($("#flow-history"), KINDS);
const theSwitch = flowSwitch($("#flow-switch"), turned);
const polling = every(
  SECONDS,
  look,
  freshness(() => polling.now(), $("#flow")),
);
every(HISTORY_SECONDS, () => changes.reload());
charts({ plots: $("#flow-charts"), note: $("#flow-charts-note"), choice: $("#flow-minutes") });
notifications($("#flow-notifications"), () => changes.reload());

async function look() {
  const [who, found] = await Promise.all([session(), polled("/flow")]);
  changed({ letters: sum(found.letters), flow: found.flow, paused: found.paused });
  showWarnings($("#flow-warnings"), found);
  theSwitch.show(found, who);
  showStates($("#flow-states"), found.states);
  showListening($("#flow-listening"), found);
  showPasses($("#flow-passes"), found);
  showNetSuite($("#flow-netsuite"), found.netsuite_slots);
  showSalesforce($("#flow-salesforce"), found.salesforce_api_calls);
  showQueues($("#flow-queues"), found.queues);
  showRules($("#flow-rules"), found);
  showHandOff($("#flow-hand-off"), found.hand_off);
  showLeft($("#flow-left"), found.left_customers);
}

const sum = (counts) => Object.values(counts).reduce((all, one) => all + one, 0);

async function turned() {
  await Promise.all([polling.now(), changes.reload(true)]);
}
