// The place in a recorded run: a slider, play and pause, one decision back and forward.

import {byId, write} from './page.js';
import {onKeys} from './keys.js';

const SVG = 'http://www.w3.org/2000/svg';
const HIGH = 12; // px, of a mark

/**
 * @param count the number of places
 * @param show paints a place, at most once for each picture of the screen
 * @param words says where a place is
 * @param told is told whether the run plays
 * @return go(place) and here()
 */
export function timeline(count, show, words, told) {
  const scrub = byId('scrub'), play = byId('play'), last = count - 1;
  let at = 0, playing = false, since = 0, asked = false;

  function go(place) {
    at = Math.max(0, Math.min(last, Math.round(place)));
    scrub.value = at;
    scrub.ariaValueText = words(at);
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      show(at);
      byId('where').textContent = words(at);
      byId('back').ariaDisabled = String(at === 0);
      byId('on').ariaDisabled = String(at === last);
    });
  }

  function setPlaying(wish) {
    if (wish && at === last) go(0);
    playing = wish && last > 0;
    since = performance.now();
    play.textContent = playing ? 'Pause' : 'Play';
    told(playing);
    if (playing) requestAnimationFrame(run);
  }

  /** A hidden page is not painted and does not go on: only time in which it is seen counts. */
  function run(now) {
    if (!playing) return;
    const places = Math.floor(Math.min(now - since, 1000) * byId('pace').value / 1000);
    if (places > 0) {
      since = now;
      go(at + places);
    }
    if (at === last) setPlaying(false);
    else requestAnimationFrame(run);
  }

  const stop = place => {
    if (playing) setPlaying(false);
    go(place);
  };
  scrub.max = last;
  scrub.addEventListener('input', () => stop(Number(scrub.value)));
  play.addEventListener('click', () => setPlaying(!playing));
  byId('back').addEventListener('click', () => stop(at - 1));
  byId('on').addEventListener('click', () => stop(at + 1));
  onKeys({
    ' ': () => play.click(),
    ArrowLeft: () => stop(at - 1),
    ArrowRight: () => stop(at + 1),
    Home: () => stop(0),
    End: () => stop(last),
  });
  return {go: stop, here: () => at};
}

/**
 * The marks above the slider: which share of the places is marked, and where episodes begin.
 * @param begins places
 * @return draw(marked, legend), of which the former says whether a place is marked
 */
export function marks(count, begins) {
  const svg = byId('marks');
  let marked = () => false;
  const draw = () => {
    const columns = Math.max(1, Math.min(count, Math.floor(svg.clientWidth / 3)));
    const across = place => ((place / Math.max(1, count - 1)) * svg.clientWidth).toFixed(1);
    const all = Array(columns).fill(0), some = Array(columns).fill(0);
    for (let place = 0; place < count; place++) {
      const column = Math.floor((place / count) * columns);
      all[column]++;
      some[column] += marked(place);
    }
    const bars = some.map((number, column) => number && `M${across((column + 0.5) / columns * count - 0.5)} ${HIGH}v${-Math.max(3, HIGH * number / all[column]).toFixed(1)}`);
    svg.replaceChildren(path('begins', begins.map(place => `M${across(place)} 0v${HIGH + 2}`)), path('marked', bars.filter(Boolean)));
  };
  new ResizeObserver(draw).observe(svg);
  return (which, legend) => {
    marked = which;
    write('legend', legend);
    draw();
  };
}

function path(name, parts) {
  const node = document.createElementNS(SVG, 'path');
  node.setAttribute('class', name);
  node.setAttribute('d', parts.join(''));
  return node;
}
