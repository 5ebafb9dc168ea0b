// A recorded run on the page: its frames are in the file itself, and the timeline says which to show.

import {frames, inflated, listed, points} from './tape.js';
import {mark, timeline} from './timeline.js';
import {showStatus, showTabs, write} from './page.js';
import {MOST} from './feeds.js';
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

function show(frame) {
  const lists = {opened: listed(frame.opened, MOST), dismissed: listed(frame.dismissed, MOST)};
  showRun({...frame, ...lists}, points(frame.cells, frame.epoch), frame.episodes, `episode ${frame.episode}`);
}

const words = ({epoch, size, episode}) => `decision ${epoch} of ${size} · episode ${episode}`;

start().catch(() => showStatus('this file is damaged'));
