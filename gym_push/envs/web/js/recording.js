// A recorded run on the page: its frames are in the file itself, and the timeline says which to show.

import {dayOf} from './delivery.js';
import {frames, inflated, lately, listed, measured, points, told} from './tape.js';
import {mark, timeline} from './timeline.js';
import {showStatus, showTabs, write} from './page.js';
import {BATCH, connectFeeds} from './feeds.js';
import {showRun} from './run.js';

async function start() {
  const run = frames(await inflated(document.getElementById('data').textContent));
  showTabs([{feed: 0, label: `${run[0].env} · recording`, ended: false}], 0, () => {});
  const line = timeline(run.length, at => show(run[at]), at => words(run[at]), playing => showStatus(playing ? 'playing' : 'paused'));
  const begins = run.flatMap((frame, at) => (at && frame.episode !== run[at - 1].episode ? [at] : []));
  mark(run.length, at => run[at].epoch > 0 && KINDS[run[at].kind].marked(run[at]), begins);
  write('legend', KINDS[run[0].kind].legend);
  showStatus('paused');
  line.go(0);
}

const LATELY = 3; // outcomes that are told apart, as in viewer/lists.py
const ACTIONS = {delivered: 0, suppressed: 2};

/** What the timeline and the lists need of a frame, by its kind. */
const KINDS = {
  basic: {
    lists: ['opened', 'dismissed'],
    list: (frame, name, before) => listed(frame[name], BATCH, before),
    points: ({cells, epoch}) => points(cells, epoch),
    outcomes: () => ({known: 0, outcomes: [], lately: []}),
    words: ({epoch, size, episode}) => `decision ${epoch} of ${size} · episode ${episode}`,
    marked: ({decision}) => decision.reward < 0,
    legend: 'marked: wrong decisions',
  },
  delivery: {
    lists: Object.keys(ACTIONS),
    list: (frame, name, before) => told(frame, ACTIONS[name], BATCH, before),
    points: measured,
    outcomes: (frame, before) => ({known: frame.at.known, outcomes: frame.story.known.slice(before?.at.known ?? 0, frame.at.known), lately: lately(frame, LATELY)}),
    words: frame => `decision ${frame.epoch} · ${dayOf(frame)} · episode ${frame.episode}`,
    marked: ({gained}) => gained < 0,
    legend: 'marked: reward below zero',
  },
};

let shown = null;

function show(frame) {
  const {lists, list, points, outcomes} = KINDS[frame.kind];
  const newest = Object.fromEntries(lists.map(name => [name, list(frame, name)]));
  const goesOn = frame.episode === shown?.episode && frame.epoch === shown.epoch + 1; // the timeline may jump, and back
  const known = outcomes(frame, goesOn ? shown : null);
  shown = frame;
  showRun(frame, points(frame), frame.episodes, {run: frame.episode, epoch: frame.epoch, gaps: goesOn ? [] : lists, ...known, ...newest});
}

connectFeeds(async (run, name, before) => KINDS[shown.kind].list(shown, name, before));

const words = frame => KINDS[frame.kind].words(frame);

start().catch(() => showStatus('this file is damaged'));
