// A recorded run on the page: its frames are in the file itself, and the timeline says which to show.

import {dayOf, OUTCOMES} from './days.js';
import {frames, inflated, ledTo, listed, pointsOf, recent} from './tape.js';
import {marks, timeline} from './timeline.js';
import {byId, PERSON, showStatus, showTabs} from './page.js';
import {BATCH, connectFeeds} from './feeds.js';
import {search} from './search.js';
import {showRun} from './run.js';
import {signed} from './words.js';
import {TABLES} from './tables.js';

const RECENT = 3; // outcomes that are told apart, as in viewer/episode.py

/** What the timeline needs of a frame, by its kind; `line` and `marked` take its decision and what came of it. */
const KINDS = {
  basic: {
    words: ({epoch, size, episode}) => `decision ${epoch} of ${size} · episode ${episode}`,
    line: ({action, user_action, reward}) => `agent ${PERSON[action]} · person ${PERSON[user_action]} · ${reward > 0 ? 'right' : 'wrong'}`,
    marked: ({reward}) => reward < 0,
    legend: 'marked: wrong decisions',
  },
  delivery: {
    words: frame => `decision ${frame.epoch} · ${dayOf(frame)} · episode ${frame.episode}`,
    line: ({action, outcome, credit}) => [TABLES.done[action], !action && TABLES.outcomes[outcome], credit && signed(credit)].filter(Boolean).join(' · '),
    marked: ({credit}) => credit < 0,
    legend: 'marked: reward below zero',
  },
};
KINDS.send = {
  ...KINDS.delivery,
  line: ({outcome, effect, credit}) => [OUTCOMES.send[outcome], effect && `added ${signed(effect)}`, credit && signed(credit)].filter(Boolean).join(' · '),
};

let shown = null;

async function start() {
  const run = frames(await inflated(byId('data').textContent)), {words, line, marked, legend} = KINDS[run[0].kind];
  const decided = [...run.keys()].filter(at => run[at].epoch > 0);
  const begins = [...run.keys()].filter(at => at && run[at].episode !== run[at - 1].episode);
  const known = new Map(run.map(({outcomes: {all}}) => [all, null])); // what became of each episode's deliveries
  for (const all of known.keys()) known.set(all, ledTo({all}));
  const came = ({decision, epoch, outcomes}) => ({...decision, ...known.get(outcomes.all).get(epoch)});

  function tell(at) {
    const {episode, epoch, roles} = run[at], decision = came(run[at]);
    return {...decision, roles, line: [`#${epoch}`, ...begins.length ? [`episode ${episode}`] : [], line(decision)].join(' · ')};
  }

  const player = timeline(run.length, at => {
    show(run[at]);
    showHit(at);
  }, at => words(run[at]), playing => showStatus(playing ? 'playing' : 'paused'));
  const mark = marks(run.length, begins), markAll = () => mark(at => run[at].epoch > 0 && marked(came(run[at])), legend);
  const showHit = search(decided, tell, player, mark, markAll);

  showTabs([{place: 0, label: `${run[0].env} · recording`, ended: false}], 0, () => {});
  connectFeeds(async (_, name, before) => listed(shown, TABLES.lists[shown.kind][name], BATCH, before),
    epoch => player.go(run.findIndex(({decisions, epoch: of}) => decisions.all === shown.decisions.all && of >= epoch)));
  markAll();
  showStatus('paused');
  player.go(run.length - 1); // the result first
}

function show(frame) {
  const actions = TABLES.lists[frame.kind], {episode, epoch, outcomes} = frame, names = Object.keys(actions);
  const goesOn = episode === shown?.episode && epoch === shown.epoch + 1; // the timeline may jump, and back
  const lists = Object.fromEntries(names.map(name => [name, listed(frame, actions[name], BATCH)]));
  lists.outcomes = outcomes.all.slice(goesOn ? shown.outcomes.count : 0, outcomes.count);
  shown = frame;
  showRun(frame, pointsOf(frame), frame.episodes, {run: episode, epoch, gaps: goesOn ? [] : names, known: outcomes.count, recent: recent(frame, RECENT), ...lists});
}

start().catch(() => showStatus('this file is damaged'));
