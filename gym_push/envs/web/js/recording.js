// A recorded run on the page: its frames are in the file itself, and the timeline says which to show.

import {frames, inflated, listed, points} from './tape.js';
import {mark, timeline} from './timeline.js';
import {showStatus, showTabs, write} from './page.js';
import {BATCH, connectFeeds} from './feeds.js';
import {showRun} from './run.js';

async function start() {
  const run = frames(await inflated(document.getElementById('data').textContent));
  showTabs([{feed: 0, label: `${run[0].env} · recording`, ended: false}], 0, () => {});
  const line = timeline(run.length, at => show(run[at]), at => words(run[at]), playing => showStatus(playing ? 'playing' : 'paused'));
  const begins = run.flatMap((frame, at) => (at && frame.episode !== run[at - 1].episode ? [at] : []));
  mark(run.length, at => run[at].epoch > 0 && run[at].decision.reward < 0, begins);
  write('legend', 'marked: wrong decisions');
  showStatus('paused');
  line.go(0);
}

let shown = null;

function show(frame) {
  const newest = {opened: listed(frame.opened, BATCH), dismissed: listed(frame.dismissed, BATCH)};
  const gaps = frame.epoch === shown?.epoch + 1 ? [] : Object.keys(newest); // the timeline may jump, and back
  shown = frame;
  showRun({...frame, ...newest}, points(frame.cells, frame.epoch), frame.episodes, {run: frame.episode, epoch: frame.epoch, gaps, ...newest});
}

connectFeeds(async (run, name, before) => listed(shown[name], BATCH, before));

const words = ({epoch, size, episode}) => `decision ${epoch} of ${size} · episode ${episode}`;

start().catch(() => showStatus('this file is damaged'));
