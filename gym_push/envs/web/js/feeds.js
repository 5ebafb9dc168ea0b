// What was opened and what was dismissed, newest first; scrolling down a list brings what was before.

import {appName, moment} from './words.js';
import {dressIcon, make, PERSON, write} from './page.js';

export const BATCH = 40; // items that a list keeps, and that scrolling adds to it: as many as the viewer sends at a time
const NEAR = 300; // pixels before the end of a list at which more is asked for

const counts = {opened: 0, dismissed: 0};
const most = {opened: BATCH, dismissed: BATCH}; // items to keep of each list
let run = null, epoch = 0;

/** What the viewer need not send again. */
export const listed = () => ({run, listed: epoch});

/** @param lists what is new: of which `run`, up to which `epoch`, and in which lists with `gaps` before it */
export function showFeeds(lists, [bothOpened, onlyAgent, onlyPerson, neither]) {
  Object.assign(counts, {opened: bothOpened + onlyAgent, dismissed: onlyPerson + neither});
  for (const id in counts) {
    const list = document.getElementById(id);
    if (lists.run !== run || lists.gaps.includes(id)) list.replaceChildren();
    if (most[id] > BATCH && !list.scrollTop) most[id] = BATCH;
    const newest = Number(list.firstElementChild?.dataset.epoch ?? 0);
    list.prepend(...lists[id].filter(({epoch}) => epoch > newest).map(item));
    while (list.children.length > most[id]) list.lastElementChild.remove();
    showCount(id, list);
  }
  ({run, epoch} = lists);
}

/** @param older asks for the items of a list of this run before an epoch */
export function connectFeeds(older) {
  for (const id in counts) {
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
  write(`${id}-count`, counts[id]);
  write(`${id}-more`, earlier > 0 ? `and ${earlier} earlier` : '');
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
