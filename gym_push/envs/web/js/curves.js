// The two charts: this episode's, and the one across episodes. Each can be pointed at, and its legend says the values there.

import {byId, make} from './page.js';
import {DAY_MINUTES} from './days.js';
import {curvesOf, placeUnder, plot, pointAt, readings, say} from './chart.js';

const SVG = 'http://www.w3.org/2000/svg';
const decided = counts => counts[0] + counts[1] + counts[2] + counts[3];
const twoDigits = number => String(number).padStart(2, '0');

const daysOf = points => points.map(point => [point[0] / DAY_MINUTES, point]);

/** An axis of days. */
const axisOf = minutes => ({
  span: [0, minutes / DAY_MINUTES],
  label: days => (days ? `${days} ${days === 1 ? 'day' : 'days'}` : 'start'),
  place: days => {
    const minute = Math.round(days * DAY_MINUTES), clock = minute % DAY_MINUTES;
    return minute === minutes ? 'the end' : `day ${Math.floor(days) + 1}, ${twoDigits(Math.floor(clock / 60))}:${twoDigits(clock % 60)}`;
  },
});

/** What the charts need of a frame, by its kind; `result` makes a point of an episode's result. */
const KINDS = {
  basic: ({confusion, majority, epoch, size}, points) => ({
    series: seriesOf(points, epoch, [...confusion, majority]),
    span: [0, size],
    label: String,
    place: at => `decision ${at} of ${size}`,
    result: counts => counts,
  }),
  delivery: ({minute, minutes, reward, acted_on, opened, arrived, deliver_all, epoch}, points) => ({
    series: daysOf([...points, ...epoch ? [[minute, reward, acted_on, opened, arrived, deliver_all]] : []]),
    ...axisOf(minutes),
    result: ends => [null, ...ends],
  }),
  send: ({minute, minutes, reward, nothing, counts: [, ...sent], left, epoch}, points) => ({
    series: daysOf([...points, ...epoch ? [[left ? minutes : minute, reward, nothing, ...sent]] : []]),
    ...axisOf(minutes),
    result: ([reward]) => [null, reward, null],
  }),
};

export function showCurves(frame, points, ended) {
  const {kind} = frame, {series, span, label, place, result} = KINDS[kind](frame, points);
  draw('curve', 'Over this episode', {lines: curvesOf(kind, series), span, label, place});

  const [from, to] = [ended[0]?.[0], ended.at(-1)?.[0]];
  const all = ended.length < 2 || ended[1][0] - from === 1;
  byId('episodes-card').classList.toggle('empty', !ended.length);
  byId('episodes-words').textContent = `after ${all ? 'each' : 'some, evenly spread'}${kind === 'basic' ? '' : '; each is of another person, and people differ'}${left(kind, ended)}`;
  const lines = curvesOf(kind, ended.map(([number, ...ends]) => [number, result(ends)])).filter(({passing}) => !passing).map(({signs, ...line}) => line);
  draw('episodes', ended.length ? `Across episodes ${from} to ${to}` : 'Across episodes', {lines, span: [from ?? 1, to ?? 1], place: number => `episode ${number}`});
}

/** How many people have left in the ended episodes of send-v0. */
const left = (kind, ended) => (kind === 'send' && ended.length ? `; ${ended.filter(result => result.at(-1)).length} of ${ended.length} have left` : '');

/** The points of a curve before a decision, and the point after it. */
export function seriesOf(points, epoch, now) {
  const series = points.filter(counts => decided(counts) < epoch).map(counts => [decided(counts), counts]);
  return epoch ? [...series, [epoch, now]] : series;
}

const charts = new Map(); // by id

/**
 * @param id of the chart
 * @param words what the chart is, for those who do not see it
 * @param what the `lines` and `span` as of `plot`, how to `label` the axis, and how to say a `place`
 */
export function draw(id, words, {lines, span, label = String, place = label}) {
  if (!charts.has(id)) charts.set(id, begin(byId(id)));
  const chart = charts.get(id);
  Object.assign(chart, {words, lines, span, label, place});
  paint(chart);
}

/** @return a chart without curves, which follows pointer, keys and size; `at` is where somebody points, else null */
function begin(svg) {
  const legend = make('ul', undefined, 'legend');
  const chart = {svg, legend, at: null, lines: [], span: [0, 1], label: String, place: String, words: ''};
  legend.ariaHidden = 'true'; // the slider says the same
  svg.before(legend);
  const point = at => {
    chart.at = at;
    paint(chart);
  };
  const follow = event => point(placeUnder(event.offsetX, chart.span, [svg.clientWidth]));
  svg.addEventListener('pointermove', follow);
  svg.addEventListener('pointerdown', follow);
  svg.addEventListener('pointerleave', () => point(null));
  svg.addEventListener('blur', () => point(null));
  svg.addEventListener('keydown', event => {
    const places = placesOf(chart), last = places.length - 1, here = chart.at === null ? last : places.indexOf(nearest(chart));
    const to = {ArrowLeft: here - 1, ArrowRight: here + 1, PageUp: here - last / 10, PageDown: here + last / 10, Home: 0, End: last}[event.key];
    if (to === undefined || last < 0) return;
    event.preventDefault();
    point(places[Math.max(0, Math.min(last, Math.round(to)))]);
  });
  new ResizeObserver(() => paint(chart)).observe(svg);
  return chart;
}

/** The longest line says which places there are. */
const longest = ({lines}) => lines.reduce((most, {series}) => (series.length > most.length ? series : most), []);
const placesOf = chart => longest(chart).map(([x]) => x);
const nearest = chart => pointAt(longest(chart), chart.at)?.[0];

function paint(chart) {
  const {svg, lines, span, label, place, words} = chart, size = [svg.clientWidth, svg.clientHeight];
  if (!size[0]) return; // it is not on the page yet
  const here = nearest(chart), at = chart.at === null ? null : here ?? null;
  svg.replaceChildren(...plot(lines, span, size, label, at).map(element));
  const said = here === undefined ? '' : place(here);
  svg.ariaLabel = words;
  [svg.ariaValueMin, svg.ariaValueMax] = span;
  svg.ariaValueNow = here ?? span[0];
  svg.ariaValueText = [said, say(lines, at)].filter(Boolean).join(': ');
  explain(chart.legend, said, readings(lines, at));
}

function element([tag, attributes, text]) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text) node.textContent = text;
  return node;
}

/** A line of the legend for each curve, after the place that they are read at. */
function explain(legend, said, read) {
  if (legend.children.length !== read.length + 1 || read.some(({name}, at) => legend.children[at + 1].dataset.name !== name)) {
    legend.replaceChildren(make('li'), ...read.map(({name, sign}) => {
      const line = make('li'), sample = sign ? make('b', sign, name) : document.createElementNS(SVG, 'svg');
      if (!sign) sample.append(element(['path', {class: `curve ${name}`, d: 'M1 2h24'}]));
      line.dataset.name = name;
      line.append(sample, make('bdi'), make('b'));
      return line;
    }));
  }
  legend.firstElementChild.textContent = said;
  read.forEach(({words, value}, at) => {
    const [, name, number] = legend.children[at + 1].children;
    name.textContent = words;
    number.textContent = value;
  });
}
