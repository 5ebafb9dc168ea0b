// A frame of delivery-v0 → the page: what was delivered, held and suppressed, and what the person did with it.

import {TABLES} from './tables.js';
import {byId, showAbout, showPhone, showProgress, write} from './page.js';
import {dayOf, pairs, showCounts, showRecent} from './days.js';
import {against, percent, plural, signed} from './words.js';

const {done: DONE, parts: PARTS} = TABLES;

/** @param lists of which `recent` are the decisions whose outcome became known last */
export function showDeliveries(frame, {recent}) {
  showProgress(frame, dayOf(frame), frame.minute / frame.minutes, 'Days of this episode that have passed');
  showPhone({...frame, posted: frame.now});
  showReward(frame);
  showLast(frame);
  showRecent(recent, frame);
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

function showOutcomes({delivered, opened, dismissed, ignored, acted_on, held, suppressed}) {
  showCounts({opened, dismissed, ignored, 'not seen yet': delivered - acted_on, 'held now': held, suppressed});
}
