// The search of a recorded run, in all that its rows say: app, sender, text, decision, outcome.

import {byId, write} from './page.js';
import {onKeys} from './keys.js';
import {rows} from './rows.js';
import {aboutOf, decimal, plural} from './words.js';

/** Neither case nor accents count. */
const folded = words => words.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');

/** What is looked for: each word, and each "group of words". */
const wanted = words => [...folded(words).matchAll(/"([^"]+)"|[^\s"]+/g)].map(([word, group]) => group ?? word);

/**
 * @param places the places of the timeline that can be found
 * @param tell says what the row of a place shows, as of `rows`
 * @param player the timeline
 * @param mark marks what is found on the timeline, as of `marks`
 * @param markAll marks what is marked without a search
 * @return show(at)
 */
export function search(places, tell, player, mark, markAll) {
  const box = byId('search'), finder = byId('finder'), hits = rows('hits', tell, player.go);
  let texts = null; // made when something is first looked for

  box.addEventListener('input', () => {
    const words = wanted(box.value);
    byId('results').hidden = !words.length;
    texts ??= places.map(tell).map(({notification, roles, line}) => folded(`${aboutOf(notification, roles, ' ')} ${line}`));
    const found = places.filter((_, at) => words.length && words.every(word => texts[at].includes(word))), among = new Set(found);
    hits.set(found);
    write('found', `${found.length ? decimal(found.length) : 'none'} of ${plural(places.length, 'decision')}`);
    if (words.length) mark(at => among.has(at), `marked: ${found.length} found`);
    else markAll();
  });
  finder.addEventListener('keydown', event => {
    const act = {
      Escape: () => document.activeElement.blur(),
      ...event.target === box && {
        Enter: () => (event.shiftKey ? hits.previous : hits.next)(player.here()),
        ArrowDown: () => hits.next(player.here()),
        ArrowUp: () => hits.previous(player.here()),
      },
    }[event.key];
    if (!act || event.isComposing) return;
    event.preventDefault();
    act();
  });
  byId('results').addEventListener('mousedown', event => event.preventDefault()); // the box keeps the keyboard
  onKeys({'/': () => {
    box.focus();
    box.select();
  }});
  return hits.show;
}
