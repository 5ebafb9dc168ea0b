// Asks the viewer for what there is to see, paints it, asks again: each page at its own speed.

import {onTabKey, showFrame, showStatus, showTabs} from './page.js';

const QUIET = 3000; // ms without a new frame after which the agent is taken to be busy elsewhere
const RETRY = 1000; // ms

const eel = window.eel;
eel.set_host(new URL('.', location.href).href.replace(/\/$/, '')); // the websocket needs the secret too

let feed = Number(new URLSearchParams(location.search).get('feed')) || null; // null: the viewer chooses
let round = 0; // a newer round makes the one before stop
let quiet = 0;

/** A hidden page is not painted, so it asks for nothing and costs nothing. */
const painted = () => new Promise(resolve => requestAnimationFrame(resolve));
const pause = time => new Promise(resolve => setTimeout(resolve, time));

async function ask(version) {
  const answer = eel.next(feed, version)();
  const call = Object.keys(eel._call_return_callbacks).at(-1);
  try {
    return await answer;
  } finally {
    delete eel._call_return_callbacks[call]; // eel itself keeps every answer for ever
  }
}

function choose(chosen) {
  feed = chosen;
  history.replaceState(null, '', `?feed=${chosen}`);
  follow();
}

async function follow() {
  const mine = ++round;
  let version = null;
  while (mine === round) {
    const view = await ask(version).catch(() => null);
    await (view ? painted() : pause(RETRY));
    if (!view || mine !== round || view.version === version) continue;
    version = view.version;
    show(view);
  }
}

function show(view) {
  clearTimeout(quiet);
  showTabs(view.tabs, view.feed, choose);
  if (view.frame) showFrame(view.frame);
  showStatus(view.ended ? 'run ended' : view.frame ? 'live' : 'waiting');
  if (!view.ended) quiet = setTimeout(showStatus, QUIET, 'waiting');
}

document.getElementById('tabs').addEventListener('keydown', onTabKey);
document.addEventListener('DOMContentLoaded', () => {
  eel._websocket.addEventListener('close', () => {
    round++;
    clearTimeout(quiet);
    showStatus('run ended');
  });
  follow();
});
