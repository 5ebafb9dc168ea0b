// What was opened and what was dismissed, newest first: all that this page has seen, to a bound.

import {appName, moment} from './words.js';
import {dressIcon, make, PERSON, write} from './page.js';

export const MOST = 100; // items of a list that are kept

export function showFeeds({opened, dismissed, confusion}, run) {
  const [bothOpened, onlyAgent, onlyPerson, neither] = confusion;
  showFeed('opened', opened, bothOpened + onlyAgent, run);
  showFeed('dismissed', dismissed, onlyPerson + neither, run);
}

/** Only what is new is made, so that a long list costs no more than a short one. */
function showFeed(id, decisions, count, run) {
  const list = document.getElementById(id);
  const last = () => Number(list.firstElementChild?.dataset.epoch ?? 0);
  if (list.dataset.run !== run || last() > (decisions[0]?.epoch ?? 0)) { // another run, or back in time
    list.replaceChildren();
    list.dataset.run = run;
  }
  const newest = last();
  list.prepend(...decisions.filter(({epoch}) => epoch > newest).map(item));
  while (list.children.length > MOST) list.lastElementChild.remove();
  const missing = count - list.children.length;
  write(`${id}-count`, count);
  write(`${id}-more`, missing > 0 ? `${missing} more not listed` : '');
}

function item(decision) {
  const {appPackage, tickerText, subject} = decision.notification;
  const right = decision.reward > 0, entry = make('li'), lines = make('div');
  const about = tickerText ?? (subject === 'unknown' ? undefined : subject);
  const when = moment(decision.posted).short;
  entry.dataset.epoch = decision.epoch;
  lines.append(
    make('bdi', [appName(appPackage), about].filter(Boolean).join(' · ')),
    make('small', [`#${decision.epoch}`, when, `person ${PERSON[decision.user_action]}`].filter(Boolean).join(' · ')),
  );
  const mark = make('b', right ? '✓' : '✗', right ? 'right' : 'wrong');
  mark.role = 'img';
  mark.ariaLabel = right ? 'right' : 'wrong';
  entry.append(dressIcon(make('span', undefined, 'icon'), appPackage), lines, mark);
  entry.firstElementChild.ariaHidden = 'true';
  return entry;
}
