// The lists of decisions, newest first; scrolling down a list brings earlier ones.

import {aboutOf, decimal, moment, signed} from './words.js';
import {dressIcon, make, PERSON, write} from './page.js';
import {OUTCOMES, sign} from './days.js';
import {TABLES} from './tables.js';

export const BATCH = 40; // items that a list keeps, and that scrolling adds: as many as the viewer sends at a time
const NEAR = 300; // px before the end of a list at which it asks for more

/** The lengths of the lists of a frame, by its kind. */
const COUNTS = {
  basic: ({confusion: [bothOpened, onlyAgent, onlyPerson, neither]}) => ({opened: bothOpened + onlyAgent, dismissed: onlyPerson + neither}),
  delivery: ({delivered, suppressed}) => ({delivered, suppressed}),
  send: ({counts: [unsent, ...sent]}) => ({sent: sent.reduce((sum, count) => sum + count), unsent}),
};
const SHOWN = {basic: null, delivery: 0, send: 1}; // the action that has an outcome
const ALL = Object.values(TABLES.lists).flatMap(Object.keys);

let counts = {};
const most = Object.fromEntries(ALL.map(id => [id, BATCH])); // items to keep of each list
let roles = {}, kind = 'basic';
let run = null, epoch = 0, known = 0;
let chosen = null; // is told the epoch of a decision that somebody chooses

/** What the viewer need not send again. */
export const listed = () => ({run, listed: epoch, known});

/**
 * @param lists what is new: the `run`, the `epoch` up to which, the lists with `gaps` before it, the
 *   number of `known` outcomes, and the new `outcomes`, [epoch, outcome, credit] each
 */
export function showFeeds(lists, frame) {
  counts = COUNTS[frame.kind](frame);
  ({roles, kind} = frame);
  for (const id in counts) {
    const list = document.getElementById(id);
    if (lists.run !== run || lists.gaps.includes(id)) list.replaceChildren();
    if (most[id] > BATCH && !list.scrollTop) most[id] = BATCH;
    const newest = Number(list.firstElementChild?.dataset.epoch ?? 0);
    list.prepend(...lists[id].filter(({epoch}) => epoch > newest).map(item));
    while (list.children.length > most[id]) list.lastElementChild.remove();
    showCount(id, list);
  }
  for (const outcome of lists.outcomes) settle(...outcome);
  ({run, epoch, known} = lists);
}

/** Shows what a decision has led to, if it is listed. */
function settle(epoch, outcome, credit) {
  const lists = TABLES.lists[kind], entry = document.querySelector(Object.keys(lists).map(id => `#${id} > [data-epoch="${epoch}"]`).join());
  if (!entry) return;
  const {words, mark} = status({action: lists[entry.parentElement.id], outcome, credit});
  if (mark) entry.lastElementChild.replaceWith(mark);
  entry.querySelector('.outcome').textContent = words;
}

/**
 * @param older returns the items of a list of a run before an epoch
 * @param choose is told the epoch of a decision that somebody chooses; null where nothing can be chosen
 */
export function connectFeeds(older, choose = null) {
  chosen = choose;
  for (const id of ALL) {
    const list = document.getElementById(id);
    let asking = false;
    list.addEventListener('scroll', async () => {
      const last = list.lastElementChild, of = run;
      if (asking || !last || list.scrollTop + list.clientHeight + NEAR < list.scrollHeight) return;
      asking = true;
      most[id] += BATCH;
      const items = await older(run, id, Number(last.dataset.epoch)).catch(() => []);
      asking = false;
      if (run === of && list.lastElementChild === last) list.append(...items.map(item));
      showCount(id, list);
    });
  }
}

function showCount(id, list) {
  const earlier = counts[id] - list.children.length;
  write(`${id}-count`, decimal(counts[id]));
  write(`${id}-more`, earlier > 0 ? `and ${decimal(earlier)} earlier` : counts[id] ? '' : id === 'unsent' ? 'none yet' : `nothing ${id} yet`);
}

function item(decision) {
  const entry = make('li'), lines = make(chosen ? 'button' : 'div', undefined, 'lines'), line = make('small');
  const said = [`#${decision.epoch}`, moment(decision.posted).short].filter(Boolean).join(' · ');
  const {words, mark} = 'user_action' in decision ? answer(decision) : status(decision);
  entry.dataset.epoch = decision.epoch;
  if (chosen) lines.addEventListener('click', () => chosen(decision.epoch));
  line.append(said, make('span', words, 'outcome'));
  lines.append(make('bdi', aboutOf(decision.notification, roles, ' · ')), line);
  if (decision.why) lines.append(make('small', [...decision.effect ? [`added ${signed(decision.effect)}`] : [], decision.why].join(' · ')));
  entry.append(dressIcon(make('span', undefined, 'icon'), decision.notification, roles), lines, mark);
  entry.firstElementChild.ariaHidden = 'true';
  return entry;
}

/** What the person did with the same notification, and whether the agent was right. */
function answer({reward, user_action}) {
  const verdict = reward > 0 ? 'right' : 'wrong', mark = make('b', reward > 0 ? '✓' : '✗', verdict);
  mark.role = 'img';
  mark.ariaLabel = verdict;
  return {words: ` · person ${PERSON[user_action]}`, mark};
}

/** What came of it, if it was delivered or sent, and what it has earned. */
function status({action, outcome, credit}) {
  const shown = action === SHOWN[kind], words = [...shown ? [OUTCOMES[kind][outcome]] : [], ...credit ? [signed(credit)] : []];
  return {words: words.map(word => ` · ${word}`).join(''), mark: shown ? sign(outcome, kind) : ''};
}
