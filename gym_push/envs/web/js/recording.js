// A recorded run on the page: its frames are in the file itself, and the timeline says which to show.

import {dayOf} from './delivery.js';
import {frames, inflated, listed, pointsOf, recent} from './tape.js';
import {mark, timeline} from './timeline.js';
import {showStatus, showTabs, write} from './page.js';
import {BATCH, connectFeeds} from './feeds.js';
import {showRun} from './run.js';
import {TABLES} from './tables.js';

const RECENT = 3; // outcomes that are told apart, as in viewer/episode.py

/** What the timeline needs of a frame, by its kind. */
const KINDS = {
  basic: {
    words: ({epoch, size, episode}) => `decision ${epoch} of ${size} · episode ${episode}`,
    marked: ({decision}) => decision.reward < 0,
    legend: 'marked: wrong decisions',
  },
  delivery: {
    words: frame => `decision ${frame.epoch} · ${dayOf(frame)} · episode ${frame.episode}`,
    marked: ({gained}) => gained < 0,
    legend: 'marked: reward below zero',
  },
};

let shown = null;

async function start() {
  const run = frames(await inflated(document.getElementById('data').textContent)), {words, marked, legend} = KINDS[run[0].kind];
  showTabs([{feed: 0, label: `${run[0].env} · recording`, ended: false}], 0, () => {});
  const line = timeline(run.length, at => show(run[at]), at => words(run[at]), playing => showStatus(playing ? 'playing' : 'paused'));
  const begins = run.flatMap((frame, at) => (at && frame.episode !== run[at - 1].episode ? [at] : []));
  mark(run.length, at => run[at].epoch > 0 && marked(run[at]), begins);
  write('legend', legend);
  showStatus('paused');
  line.go(0);
}

function show(frame) {
  const actions = TABLES.lists[frame.kind], {episode, epoch, outcomes} = frame, names = Object.keys(actions);
  const goesOn = episode === shown?.episode && epoch === shown.epoch + 1; // the timeline may jump, and back
  const lists = Object.fromEntries(names.map(name => [name, listed(frame, actions[name], BATCH)]));
  lists.outcomes = outcomes.all.slice(goesOn ? shown.outcomes.count : 0, outcomes.count);
  shown = frame;
  showRun(frame, pointsOf(frame), frame.episodes, {run: episode, epoch, gaps: goesOn ? [] : names, known: outcomes.count, recent: recent(frame, RECENT), ...lists});
}

connectFeeds(async (run, name, before) => listed(shown, TABLES.lists[shown.kind][name], BATCH, before));

start().catch(() => showStatus('this file is damaged'));
