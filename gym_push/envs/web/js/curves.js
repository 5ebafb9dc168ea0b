// The two charts: this episode's, and the one across episodes.

import {byId} from './page.js';
import {chart, deliverySummary, summary} from './chart.js';

const SVG = 'http://www.w3.org/2000/svg';
const DAY_MINUTES = 24 * 60;
const decided = counts => counts[0] + counts[1] + counts[2] + counts[3];

/** What the charts need of a frame, by its kind; `result` makes a point of an episode's result. */
const KINDS = {
  basic: ({confusion, majority, epoch, size}, points) => ({
    series: seriesOf(points, epoch, [...confusion, majority]),
    span: [0, size],
    label: String,
    said: `after ${epoch} of ${size} decisions: ${summary(confusion)}`,
    result: counts => counts,
    say: summary,
  }),
  delivery: ({minute, minutes, reward, acted_on, opened, arrived, deliver_all, epoch}, points) => {
    const now = [minute, reward, acted_on, opened, arrived, deliver_all];
    return {
      series: [...points, ...epoch ? [now] : []].map(point => [point[0] / DAY_MINUTES, point]),
      span: [0, minutes / DAY_MINUTES],
      label: days => (days ? `${days} ${days === 1 ? 'day' : 'days'}` : 'start'),
      said: `after ${epoch} decisions: ${deliverySummary(now)}`,
      result: ends => [null, ...ends],
      say: deliverySummary,
    };
  },
};

export function showCurves(frame, points, ended) {
  const {kind} = frame, {series, span, label, said, result, say} = KINDS[kind](frame, points);
  draw('curve', `Over this episode, ${said}`, box => chart(series, span, box, kind, label));

  const across = ended.map(([number, ...ends]) => [number, result(ends)]);
  const [from, to] = [ended[0]?.[0], ended.at(-1)?.[0]];
  const all = ended.length < 2 || ended[1][0] - from === 1;
  byId('episodes-card').hidden = !ended.length;
  byId('episodes-words').textContent = all ? 'after each' : 'after some, evenly spread';
  if (!ended.length) return;
  draw('episodes', `Across episodes ${from} to ${to}, at the end of the last: ${say(across.at(-1)[1])}`, box => chart(across, [from, to], box, kind));
}

/** The points of a curve before a decision, and the point after it. */
export function seriesOf(points, epoch, now) {
  const series = points.filter(counts => decided(counts) < epoch).map(counts => [decided(counts), counts]);
  return epoch ? [...series, [epoch, now]] : series;
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
