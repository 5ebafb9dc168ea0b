// Points of curves → the parts of an SVG, [tag, attributes, text] each. Pure functions, no DOM.

import {TABLES} from './tables.js';
import {percent, signed} from './words.js';

const LEFT = 46, RIGHT = 12, TOP = 24, BOTTOM = 24, BETWEEN = 28; // px around the panels, and between them
const LOW = 90; // px below which a panel has room for few words

const total = counts => counts[0] + counts[1] + counts[2] + counts[3];
const share = (counts, one, other) => (total(counts) ? (counts[one] + counts[other]) / total(counts) : null);

/**
 * What the curves show of a point. That of basic-v0 is [both opened, only the agent did, only the
 * person did, both dismissed, right by the majority so far]; that of delivery-v0 is [minute, reward,
 * acted on, opened, arrived, reward of delivering all], and that of send-v0 [minute, reward, reward of
 * sending nothing, opened, disappointed, ignored]. Of an ended episode what it stands against is missing.
 */
export const measures = {
  performance: counts => share(counts, 0, 3),
  ctr: counts => share(counts, 0, 1),
  'user-ctr': counts => share(counts, 0, 2),
  reward: counts => 2 * (counts[0] + counts[3]) - total(counts),
  'always-open': counts => share(counts, 0, 2), // as often as the person opens
  majority: counts => (total(counts) && counts.length > 4 ? counts[4] / total(counts) : null),
  'delivery-reward': ([, reward, , , arrived]) => (arrived ? reward / arrived : null),
  'deliver-all-reward': ([, , , , arrived, all]) => (arrived && all !== undefined ? all / arrived : null),
  'send-reward': ([, reward]) => reward,
  'send-nothing-reward': ([, , nothing]) => nothing,
  'delivery-ctr': ([, , acted, opened]) => (acted ? opened / acted : null),
};

/** The curves by the kind of the frames: the class, the measure and the name of each; what is `passing` is not known of ended episodes. */
const CURVES = {
  basic: [
    {name: 'performance', measure: 'performance', words: 'performance'},
    {name: 'ctr', measure: 'ctr', words: 'CTR of the agent'},
    {name: 'user-ctr', measure: 'user-ctr', words: 'CTR of the person (= always opening)'},
    {name: 'majority', measure: 'majority', words: 'majority so far', passing: true},
    {name: 'reward', measure: 'reward', words: 'reward'},
  ],
  delivery: [
    {name: 'ctr', measure: 'delivery-ctr', words: 'CTR where known'},
    {name: 'reward', measure: 'delivery-reward', words: 'reward a notification'},
    {name: 'reference', measure: 'deliver-all-reward', words: 'delivering all', passing: true},
  ],
  send: [
    {name: 'reward', measure: 'send-reward', words: 'reward', signs: [1, 2, 3]},
    {name: 'reference', measure: 'send-nothing-reward', words: 'sending nothing', passing: true},
  ],
};
const LOOKS = ['', 'right', 'wrong', 'wrong']; // of the signs of what was sent
const APART = 5; // px between two signs of the same look, at least
const FIRST = 2; // place in a point before its counts of what was sent

/** What is measured alike has a panel of its own: `whole` is the axis where the values fill it. */
const UNITS = {
  share: {whole: [0, 1], digits: [1, 2, 2.5, 5, 10], tick: at => `${+(at * 100).toFixed(1)}%`, say: percent, caption: ''},
  reward: {whole: [0, 0], digits: [1, 2, 5, 10], tick: at => (Math.abs(at) < 1000 ? signed(at) : `${signed(at / 1000)}k`), say: signed, caption: 'reward'},
};

const unitOf = ({measure}) => (measure.endsWith('reward') ? 'reward' : 'share');
const valueOf = ({measure}, point) => {
  const value = measures[measure](point);
  return Number.isFinite(value) ? value : null; // a recording may hold anything
};

/** The curves of frames of a kind through a series, [x, point] of each point, in the order of x. */
export const curvesOf = (kind, series) => CURVES[kind].map(curve => ({...curve, series}));

export const scale = (from, to, start, end) => value => start + ((value - from) / (to - from || 1)) * (end - start);

/**
 * The marks of an axis, evenly spaced, on which all values lie. It begins and ends with the `whole`,
 * unless the values need less than half of that: then they have the axis for themselves.
 * @param most about how many spaces there are between marks
 */
export function ticks(values, {whole, digits}, most) {
  const least = Math.min(...values), greatest = Math.max(...values);
  let from = Math.min(whole[0], least), to = Math.max(whole[1], greatest);
  if (greatest > least && greatest - least < (to - from) / 2) [from, to] = [least, greatest];
  if (from === to) to++;
  const rough = (to - from) / most, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * digits.find(digit => digit * power >= rough * 0.999);
  const first = Math.floor(from / step + 1e-6), last = Math.ceil(to / step - 1e-6);
  return Array.from({length: last - first + 1}, (_, at) => +((first + at) * step).toPrecision(12));
}

/** A path through [x, y] points; a single one is a dot. */
export function path(points) {
  const steps = points.map(([x, y], at) => `${at ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`);
  return steps.join('') + (points.length === 1 ? 'h.01' : '');
}

/** Where everything is: the panels from top to bottom, and the way from x to px. */
function layout(lines, [first, last], [width, height]) {
  const units = Object.keys(UNITS).filter(unit => lines.some(line => unitOf(line) === unit));
  const room = height - TOP - BOTTOM - BETWEEN * (units.length - 1);
  let top = TOP;
  const panels = units.map((unit, at) => {
    const own = lines.filter(line => unitOf(line) === unit);
    const high = units.length === 1 ? room : room * [0.62, 0.38][at], bottom = top + high;
    const values = own.flatMap(line => line.series.map(([, point]) => valueOf(line, point))).filter(value => value !== null);
    const marks = ticks(values, UNITS[unit], high < LOW ? 2 : 4);
    const panel = {...UNITS[unit], lines: own, marks, top, up: scale(marks[0], marks.at(-1), bottom, top)};
    top = bottom + BETWEEN;
    return panel;
  });
  return {panels, across: scale(first, last, LEFT, width - RIGHT), right: width - RIGHT, bottom: height - BOTTOM};
}

/** What a panel says of its axis, if that is not the whole one. */
function caption({caption, marks, whole, tick}) {
  const part = marks[0] > whole[0] || marks.at(-1) < whole[1];
  return [caption, part && `the axis shows ${tick(marks[0])} to ${tick(marks.at(-1))}`].filter(Boolean).join(': ');
}

/**
 * @param lines what to draw, each as of `curvesOf`; the first is on top
 * @param span [first, last] of the x axis
 * @param size [width, height] in px
 * @param label says a place of the x axis in few words
 * @param at the place to point at, if any
 */
export function plot(lines, span, size, label = String, at = null) {
  const {panels, across, right, bottom} = layout(lines, span, size), [first, last] = span;
  const text = (x, y, anchor, words, name) => ['text', {x, y, 'text-anchor': anchor, ...name && {class: name}}, words];
  const parts = [], dots = [];
  for (const panel of panels) {
    const {lines, marks, up, top, tick} = panel;
    for (const mark of marks) {
      parts.push(['path', {class: 'grid', d: `M${LEFT} ${up(mark).toFixed(1)}H${right}`}]);
      parts.push(text(LEFT - 8, up(mark) + 4, 'end', tick(mark), 'mark'));
    }
    for (const line of lines.toReversed()) {
      const known = line.series.map(([x, point]) => [x, valueOf(line, point)]).filter(([, value]) => value !== null);
      const d = path(known.map(([x, value]) => [across(x), up(value)]));
      if (d) parts.push(['path', {class: `curve ${line.name}`, d}]);
      const [x, point] = pointAt(line.series, at) ?? [], value = point && valueOf(line, point);
      if (at !== null && value != null) dots.push(['circle', {class: line.name, cx: across(x), cy: up(value), r: 4}]);
    }
    for (const line of lines) parts.push(...signsOf(line, across, up));
    if (caption(panel)) parts.push(text(LEFT, top - 10, 'start', caption(panel), 'caption'));
  }
  if (at !== null) parts.push(['path', {class: 'pointer', d: `M${across(at).toFixed(1)} ${TOP}V${bottom}`}], ...dots);
  const places = [[first, 'start'], [Math.round((first + last) / 2), 'middle'], [last, 'end']];
  for (const [place, anchor] of places.filter(([place], at) => !places.slice(0, at).some(([before]) => before === place))) {
    parts.push(text(across(place), size[1] - 6, anchor, label(place)));
  }
  return parts;
}

/** A sign at each message on a line that has `signs`, by what came of it. */
function signsOf({series, signs = [], ...line}, across, up) {
  return signs.flatMap(status => {
    const changed = series.filter(([, point], at) => point[FIRST + status] > (at ? series[at - 1][1][FIRST + status] : 0));
    let before = -Infinity;
    return changed.flatMap(([x, point]) => {
      if (across(x) - before < APART) return [];
      before = across(x);
      return [['text', {class: `sign ${LOOKS[status]}`, x: before, y: up(valueOf(line, point)) - 5, 'text-anchor': 'middle'}, TABLES.sentSigns[status]]];
    });
  });
}

/** The x that is meant by a place in px across a chart. */
export const placeUnder = (px, [first, last], [width]) => scale(LEFT, width - RIGHT, first, last)(px);

/** The point of a series next to x; the newest for no x. */
export function pointAt(series, x) {
  if (x === null) return series.at(-1);
  return series.reduce((best, point) => (best && Math.abs(best[0] - x) <= Math.abs(point[0] - x) ? best : point), undefined);
}

/** What each line says at x: its class, its name and its value in words; and at last each sign, how often it came until then. */
export const readings = (lines, x) => [
  ...lines.map(line => {
    const found = pointAt(line.series, x);
    return {name: line.name, words: line.words, value: UNITS[unitOf(line)].say(found ? valueOf(line, found[1]) : null)};
  }),
  ...lines.flatMap(({series, signs = []}) => signs.map(status => ({
    name: `sign ${LOOKS[status]}`, sign: TABLES.sentSigns[status], words: TABLES.sent[status], value: String(pointAt(series, x)?.[1][FIRST + status] ?? 0),
  }))),
];

/** The same as a sentence. */
export const say = (lines, x = null) => (lines.some(({series}) => series.length) ? readings(lines, x).map(({words, value}) => `${words} ${value}`).join(', ') : 'nothing decided yet');
