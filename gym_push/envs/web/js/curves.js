// The two charts: this episode's, and the one across episodes.

import {chart, summary} from './chart.js';

const SVG = 'http://www.w3.org/2000/svg';
const byId = id => document.getElementById(id);
const decided = counts => counts[0] + counts[1] + counts[2] + counts[3];

export function showCurves({confusion, epoch, size}, points, ended) {
  const series = seriesOf(points, epoch, confusion);
  draw('curve', `Over this episode, after ${epoch} of ${size} decisions: ${summary(confusion)}`, box => chart(series, [0, size], box));

  const [from, to] = [ended[0]?.[0], ended.at(-1)?.[0]];
  const all = ended.length < 2 || ended[1][0] - from === 1;
  byId('episodes-card').hidden = !ended.length;
  byId('episodes-words').textContent = all ? 'at the end of each' : 'at the end of some, evenly spread';
  if (!ended.length) return;
  const across = ended.map(([number, ...counts]) => [number, counts]);
  draw('episodes', `Across episodes ${from} to ${to}, at the end of the last: ${summary(ended.at(-1).slice(1))}`, box => chart(across, [from, to], box));
}

/** The points of a curve before a decision, and the point after it. */
export function seriesOf(points, epoch, confusion) {
  const series = points.filter(counts => decided(counts) < epoch).map(counts => [decided(counts), counts]);
  return epoch ? [...series, [epoch, confusion]] : series;
}

/** @param make returns the parts of a chart of [width, height] */
export function draw(id, words, make) {
  const svg = byId(id);
  svg.ariaLabel = words;
  svg.replaceChildren(...make([svg.clientWidth, svg.clientHeight]).map(([tag, attributes, text]) => {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    if (text) node.textContent = text;
    return node;
  }));
}
