// A frame of delivery-v0 → the page: what was delivered, held and suppressed, and what the person did with it.

import {TABLES} from './tables.js';
import {byId, dressIcon, make, showAbout, showPhone, showProgress, write} from './page.js';
import {aboutOf, against, percent, plural, signed} from './words.js';

const {done: DONE, outcomes: OUTCOMES, parts: PARTS} = TABLES;
const DAY_MINUTES = 24 * 60;
const SIGNS = ['…', '✓', '✗', '✗'];
const LOOKS = ['soft', 'right', 'wrong', 'wrong'];


export const dayOf = ({minute, minutes}) => `day ${Math.floor(Math.min(minute, minutes - 1) / DAY_MINUTES) + 1} of ${Math.round(minutes / DAY_MINUTES)}`;

/** The sign of an outcome. */
export function sign(outcome) {
  const mark = make('b', SIGNS[outcome], LOOKS[outcome]);
  mark.role = 'img';
  mark.ariaLabel = OUTCOMES[outcome];
  return mark;
}

/** @param lists of which `recent` are the decisions whose outcome became known last */
export function showDeliveries(frame, {recent}) {
  showProgress(frame, dayOf(frame), frame.minute / frame.minutes, 'Days of this episode that have passed');
  showPhone({...frame, posted: frame.now});
  showReward(frame);
  showLast(frame);
  showRecent(recent, frame.roles);
  showOutcomes(frame);
}

function showReward({reward, parts, ctr, opened, acted_on, arrived, deliver_all}) {
  write('k-total', arrived ? signed(reward / arrived) : '–');
  write('reward-in-all', arrived ? `${signed(reward)} for ${plural(arrived, 'notification')}` : 'no notification decided yet');
  write('reward-against', arrived ? against((reward - deliver_all) / arrived, number => number.toFixed(2), 'delivering all') : '');
  pairs(byId('parts'), parts.map((part, at) => [PARTS[at], arrived ? signed(part / arrived) : '–']));
  write('k-acted-ctr', percent(ctr));
  byId('m-acted-ctr').style.width = `${(ctr ?? 0) * 100}%`;
  write('acted-words', acted_on ? `${opened} of ${acted_on} known outcomes` : 'no outcome yet');
}

function showLast({decision, credit, roles}) {
  write('l-epoch', decision ? `#${decision.epoch}` : '');
  write('l-action', decision ? DONE[decision.action] : '–').dataset.done = decision?.action ?? '';
  write('l-credit', decision ? (credit ? `${signed(credit)} so far` : 'no reward yet') : '').className = credit > 0 ? 'right' : credit < 0 ? 'wrong' : '';
  byId('l-about').hidden = !decision;
  if (decision) showAbout('l-icon', 'l-text', decision, roles);
}

function showRecent(recent, roles) {
  const list = byId('recent'), key = JSON.stringify(recent);
  if (list.dataset.shown === key) return;
  list.dataset.shown = key;
  list.replaceChildren(...recent.map(({notification, epoch, outcome, credit}) => {
    const line = make('li'), icon = dressIcon(make('span', undefined, 'icon'), notification, roles), words = make('div');
    icon.ariaHidden = 'true';
    words.append(make('bdi', aboutOf(notification, roles, ' · ')), make('small', `#${epoch} · ${OUTCOMES[outcome]} · ${signed(credit)}`));
    line.append(icon, words, sign(outcome));
    return line;
  }));
  if (!recent.length) list.append(make('li', 'nothing yet'));
}

function showOutcomes({delivered, opened, dismissed, ignored, acted_on, held, suppressed}) {
  const counts = {opened, dismissed, ignored, 'not seen yet': delivered - acted_on, 'held now': held, suppressed};
  const total = Math.max(1, delivered + held + suppressed), list = byId('outcomes').querySelector('dl');
  pairs(list, Object.entries(counts));
  Object.values(counts).forEach((count, at) => list.children[at].style.setProperty('--share', (count / total).toFixed(3)));
}

/** Names and values in a list that keeps its lines. */
function pairs(list, entries) {
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
