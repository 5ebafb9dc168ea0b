// A list of places of a timeline, so many at a time: the first, or those around the place that is shown.

import {byId, dressIcon, make, write} from './page.js';
import {aboutOf} from './words.js';

const MOST = 100; // rows at a time

/**
 * @param id of the list; `${id}-more` says which of the places are in it
 * @param tell says what the row of a place shows: its `notification`, the `roles` of its features, and a `line` about it
 * @param go is called with the place of a row that is chosen
 */
export function rows(id, tell, go) {
  const list = byId(id);
  let places = [], from = 0;

  function fill(start) {
    from = start;
    list.replaceChildren(...places.slice(from, from + MOST).map(item));
    const until = from + list.children.length;
    write(`${id}-more`, until < places.length || from ? `${from + 1} to ${until} of ${places.length}` : '');
  }

  function item(place) {
    const {notification, roles, line} = tell(place), entry = make('li'), button = make('button');
    const icon = dressIcon(make('span', undefined, 'icon'), notification, roles), lines = make('span');
    icon.ariaHidden = 'true';
    button.type = 'button';
    button.addEventListener('click', () => go(place));
    lines.append(make('bdi', aboutOf(notification, roles, ' · ')), make('small', line));
    button.append(icon, lines);
    entry.append(button);
    return entry;
  }

  return {
    set(found) {
      places = found;
      fill(0);
    },

    /** Marks the row of the place that is shown, if it has one. */
    show(at) {
      list.querySelector('[aria-current=true]')?.removeAttribute('aria-current');
      const found = places.indexOf(at);
      if (found < 0) return;
      if (found < from || found >= from + MOST) fill(found - found % MOST);
      const entry = list.children[found - from];
      entry.firstElementChild.ariaCurrent = 'true';
      list.scrollTop = entry.offsetTop - list.offsetTop - list.clientHeight / 3;
    },

    /** Goes from a place to the next one of the list, or the one before; round the end. */
    next: at => go(places.find(place => place > at) ?? places[0] ?? at),
    previous: at => go(places.findLast(place => place < at) ?? places.at(-1) ?? at),
  };
}
