// Asks the viewer for what is new, paints it, asks again: each page at its own speed.

import {connect, showKeys, showPace} from './controls.js';
import {connectFeeds, listed} from './feeds.js';
import {byId, onTabKey, showStatus, showTabs} from './page.js';
import {showRun} from './run.js';

const QUIET = 3000; // ms without a new frame after which the page says that it waits
const RETRY = 1000; // ms

const eel = window.eel;
eel.set_host(new URL('.', location.href).href.replace(/\/$/, '')); // the websocket needs the secret too

let place = Number(new URLSearchParams(location.search).get('tab')) || null; // null: the viewer chooses
let shown = null; // the tab that is on the page
let round = 0; // a newer round makes the one before stop
let quiet = 0;
let points = [], generation = null; // of the episode's curve, as far as sent
let episodes = {ended: [], version: null};

/** A hidden page is not painted, so it asks nothing and costs nothing. */
const painted = () => new Promise(resolve => requestAnimationFrame(resolve));
const pause = time => new Promise(resolve => setTimeout(resolve, time));

async function call(name, ...given) {
  const answer = eel[name](...given)();
  const number = Object.keys(eel._call_return_callbacks).at(-1);
  try {
    return await answer;
  } finally {
    delete eel._call_return_callbacks[number]; // eel itself keeps every answer for ever
  }
}

function choose(chosen) {
  place = chosen;
  history.replaceState(null, '', `?tab=${chosen}`);
  follow();
}

async function follow() {
  const mine = ++round;
  let version = null;
  while (mine === round) {
    const asked = performance.now();
    const seen = {generation, points: points.length, episodes: episodes.version, ...listed(), version};
    const view = await call('next', place, seen).catch(() => null);
    await (view ? painted() : pause(RETRY));
    if (!view || mine !== round || view.version === version) continue;
    version = view.version;
    show(view, asked);
  }
}

function show(view, asked) {
  const {tabs, frame, pace, ended} = view, status = statusOf(view);
  clearTimeout(quiet);
  shown = view.place;
  showTabs(tabs, shown, choose);
  showPace(pace, ended || !frame, asked);
  if (frame) {
    take(view);
    showRun(frame, points, episodes.ended, view.lists);
  }
  showStatus(...status);
  showKeys();
  if (status[0] === 'live') quiet = setTimeout(showStatus, QUIET, 'waiting', 'waiting for the next frame');
}

/** @return what `showStatus` takes */
function statusOf({tabs, place, frame, pace, ended, crashed}) {
  if (ended) return crashed ? ['crashed', 'agent crashed'] : ['ended', 'run ended'];
  if (frame) return pace.paused ? ['paused'] : ['live'];
  const tab = tabs.find(tab => tab.place === place);
  return ['waiting', `waiting for the first frame${tab ? ` of ${tab.label}` : ''}`];
}

/** The viewer sends only the points that this page lacks. */
function take(view) {
  points = view.curve.start ? points.concat(view.curve.points) : view.curve.points;
  generation = view.curve.generation;
  episodes = view.episodes ?? episodes;
}

connect(wish => call('control', shown, wish));
connectFeeds((...what) => call('older', shown, ...what));
byId('tabs').addEventListener('keydown', onTabKey);
document.addEventListener('DOMContentLoaded', () => {
  eel._websocket.addEventListener('close', () => {
    round++;
    clearTimeout(quiet);
    byId('controls').hidden = true;
    if (!['ended', 'crashed'].includes(document.body.dataset.state)) showStatus('disconnected', 'viewer disconnected');
    showKeys();
  });
  follow();
});
