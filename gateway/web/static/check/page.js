// Check page: scans or takes the code of a printed permit, and says what it is worth. Nothing of a
// code leaves the device.

/* global fragmentOfAddress:writable, takeFragment */

import { NoPermitCode } from "./digits.js";
import { held, refreshed } from "./key_lists.js";
import { Camera, codeInFile } from "./scanning.js";
import { show } from "./verdict_view.js";
import { judged } from "./verify.js";
import { ago, formIn, keepLanguage, language, moment, said, speak } from "./words.js";

const part = (id) => document.getElementById(id);
const [kind, key] = document.querySelector("meta[name=list-signer]").content.split(" ");
const signer = { kind, key };
const camera = new Camera(part("video"));
const state = { tag: language(), form: null, lists: null, text: "", ledHere: false, hasFailed: false };

async function start() {
  state.form = await formIn(state.tag);
  speak(state.form, state.tag);
  listenToPerson();
  // Without https browsers have no Web Crypto, no camera and nothing that is kept.
  if (!isSecureContext) {
    part("problem").textContent = state.form.words.insecure;
    return;
  }
  state.lists = await held(signer);
  document.body.dataset.ready = "yes";
  if (fragmentOfAddress) await checkFragment();
  showLists();
  await Promise.allSettled([refresh(), beReadyOffline()]);
}

function listenToPerson() {
  const click = (id, act) => part(id).addEventListener("click", () => guarded(act));
  click("scan", scan);
  click("stop", () => camera.stop());
  click("choose", () => part("file").click());
  click("again", startAgain);
  click("fetch", refresh);
  part("file").addEventListener("change", () => guarded(readFile));
  part("typed").addEventListener("submit", (event) => {
    event.preventDefault();
    guarded(() => check(part("text").value));
  });
  for (const each of document.querySelectorAll("[data-language]"))
    each.addEventListener("click", () => guarded(() => changeLanguage(each.dataset.language)));
  window.addEventListener("hashchange", () => {
    fragmentOfAddress = takeFragment();
    if (fragmentOfAddress) guarded(checkFragment);
  });
}

/** Do what a person asked for; a sentence says why it cannot be done. */
async function guarded(act) {
  part("problem").textContent = "";
  try {
    await act();
  } catch (error) {
    const word = error instanceof NoPermitCode ? error.word : error.message;
    part("problem").textContent = state.form.words[word] ?? state.form.words.failed;
  }
}

async function checkFragment() {
  const text = fragmentOfAddress;
  fragmentOfAddress = "";
  await guarded(() => check(text, true));
}

async function scan() {
  document.body.dataset.scanning = "yes";
  try {
    const text = await camera.code();
    if (text) await check(text);
  } finally {
    delete document.body.dataset.scanning;
  }
}

async function readFile() {
  const [file] = part("file").files;
  part("file").value = "";
  if (file) await check(await codeInFile(file));
}

async function check(text, ledHere = false) {
  camera.stop();
  [state.text, state.ledHere] = [text, ledHere];
  await showVerdict();
  part("result").querySelector("h1").focus();
}

async function showVerdict() {
  const now = Date.now();
  const verdict = await judged(state.text, state.lists, state.form, now);
  const host = state.ledHere ? location.host : "";
  show(part("result"), verdict, { form: state.form, tag: state.tag, now, host });
  document.body.dataset.shown = verdict.status;
  part("text").value = "";
}

function startAgain() {
  state.text = "";
  part("result").replaceChildren();
  delete document.body.dataset.shown;
  part("scan").focus();
}

async function changeLanguage(tag) {
  state.form = await formIn(tag);
  state.tag = tag;
  keepLanguage(tag);
  speak(state.form, tag);
  showLists();
  if (state.text) await showVerdict();
}

async function refresh() {
  state.hasFailed = false;
  try {
    state.lists = await refreshed(signer);
  } catch {
    state.hasFailed = true;
  }
  showLists();
  if (state.text) await showVerdict();
}

/** Age of the lists, and those that are out of date. */
function showLists() {
  const { words, codes } = state.form;
  const [now, lists] = [Date.now(), state.lists];
  const rows = [];
  if (lists) {
    const countries = lists.lists.map((each) => codes.countries[each.country] ?? each.country);
    const at = `${moment(lists.madeAt, state.tag)} (${ago(lists.madeAt, now, state.tag)})`;
    rows.push(said(words.lists_at, { at }), countries.join(", "));
    for (const each of lists.lists.filter((list) => !(now <= Date.parse(list.next_at))))
      rows.push(
        said(words.list_old, {
          country: codes.countries[each.country] ?? each.country,
          at: moment(Date.parse(each.next_at), state.tag),
        }),
      );
  } else {
    rows.push(words.lists_none);
  }
  if (state.hasFailed) rows.push(words.lists_failed);
  const made = rows.map((text) => {
    const row = document.createElement("p");
    row.textContent = text;
    return row;
  });
  part("list-state").replaceChildren(...made);
}

/** Load the page again once a new version of it has come, unless a person is using it. */
function takeNewVersions() {
  let hadOne = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    const isInUse = state.text || document.body.dataset.scanning || part("text").value;
    if (hadOne && !isInUse) location.reload();
    hadOne = true;
  });
}

/** Keep page, scanner and words for the time without a network. */
async function beReadyOffline() {
  if (!("serviceWorker" in navigator)) return;
  takeNewVersions();
  await navigator.serviceWorker.register("/check/service-worker.js", { scope: "/check" });
  const { active } = await navigator.serviceWorker.ready;
  await navigator.storage?.persist?.();
  const { port1, port2 } = new MessageChannel();
  const isWhole = new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
  });
  active.postMessage("keep the scanner", [port2]);
  const word = (await isWhole) ? "offline_ready" : "offline_not";
  part("offline").dataset.word = word;
  part("offline").textContent = state.form.words[word];
  document.body.dataset.offline = word;
}

start();
