// What the pages of simulated people's days share.

import {TABLES} from './tables.js';
import {byId, dressIcon, make} from './page.js';
import {aboutOf, signed} from './words.js';

export const DAY_MINUTES = 24 * 60;
export const OUTCOMES = {delivery: TABLES.outcomes, send: TABLES.sent};
const SIGNS = {delivery: ['…', '✓', '✗', '✗'], send: TABLES.sentSigns};
const LOOKS = ['soft', 'right', 'wrong', 'wrong'];

export function dayOf({minute, minutes, left}) {
  return `${left ? 'left on ' : ''}day ${Math.floor(Math.min(minute, minutes - 1) / DAY_MINUTES) + 1} of ${Math.round(minutes / DAY_MINUTES)}`;
}

/** The sign of an outcome. */
export function sign(outcome, kind) {
  const mark = make('b', SIGNS[kind][outcome], LOOKS[outcome]);
  mark.role = 'img';
  mark.ariaLabel = OUTCOMES[kind][outcome];
  return mark;
}

/** @param recent the decisions whose outcome became known last */
export function showRecent(recent, {kind, roles}) {
  const list = byId('recent'), key = JSON.stringify(recent);
  if (list.dataset.shown === key) return;
  list.dataset.shown = key;
  list.replaceChildren(...recent.map(({notification, epoch, outcome, credit}) => {
    const line = make('li'), icon = dressIcon(make('span', undefined, 'icon'), notification, roles), words = make('div');
    icon.ariaHidden = 'true';
    words.append(make('bdi', aboutOf(notification, roles, ' · ')), make('small', `#${epoch} · ${OUTCOMES[kind][outcome]} · ${signed(credit)}`));
    line.append(icon, words, sign(outcome, kind));
    return line;
  }));
  if (!recent.length) list.append(make('li', 'nothing yet'));
}

/** How often each thing happened, by its name, and as a share of all. */
export function showCounts(counts) {
  const total = Math.max(1, Object.values(counts).reduce((sum, count) => sum + count, 0));
  showShares(byId('outcomes').querySelector('dl'), Object.entries(counts).map(([name, count]) => [name, count, count / total]));
}

/** @param entries name, words and share of each bar of a list */
export function showShares(list, entries) {
  pairs(list, entries);
  entries.forEach(([, , share], at) => list.children[at].style.setProperty('--share', share.toFixed(3)));
}

/** Names and values in a list that keeps its lines. */
export function pairs(list, entries) {
  while (list.children.length > entries.length) list.lastElementChild.remove();
  while (list.children.length < entries.length) {
    const line = make('div');
    line.append(make('dt'), make('dd'));
    list.append(line);
  }
  entries.forEach(([name, words], at) => {
    const [term, said] = list.children[at].children;
    if (term.textContent !== name) term.textContent = name;
    if (said.textContent !== String(words)) said.textContent = words;
  });
}
