// The flow's page: asks again every few seconds and gives each part what it shows.

import { get } from "./api.js";
import { history } from "./audit.js";
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

const changes = history($("#flow-history"));
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
  const [who, found] = await Promise.all([session(), get("/flow")]);
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

async function turned() {
  await Promise.all([polling.now(), changes.reload(true)]);
}
