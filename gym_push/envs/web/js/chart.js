// Points of curves → the parts of an SVG, [tag, attributes, text] each. Pure functions, no DOM.

import {percent, signed} from './words.js';

const LEFT = 42, RIGHT = 46, TOP = 10, BOTTOM = 24, BARE = 12; // px around the curves; bare where no axis has words

const total = counts => counts[0] + counts[1] + counts[2] + counts[3];
const share = (counts, one, other) => (total(counts) ? (counts[one] + counts[other]) / total(counts) : null);

/**
 * What the curves show of a point. That of basic-v0 is [both opened, only the agent did, only the
 * person did, both dismissed, right by the majority so far]; that of delivery-v0 is [minute, reward,
 * acted on, opened, arrived, reward of delivering all]. Of an ended episode the last is missing.
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
  'delivery-ctr': ([, , acted, opened]) => (acted ? opened / acted : null),
};

/** The curves by the kind of the frames; the last is drawn on top. */
const CURVES = {
  basic: ['majority', 'reward', 'user-ctr', 'ctr', 'performance'].map(name => ({name, measure: name})),
  delivery: [{name: 'reference', measure: 'deliver-all-reward'}, ...['reward', 'ctr'].map(name => ({name, measure: `delivery-${name}`}))],
};

const isReward = ({measure}) => measure.endsWith('reward');

export const scale = (from, to, start, end) => value => start + ((value - from) / (to - from || 1)) * (end - start);

/** The next of 5, 10, 20, 50, 100 ..., so that the axis does not move with every point. */
export function limit(most) {
  if (!Number.isFinite(most)) return 1; // a recording may hold anything
  for (let power = most > 0 && most < 1 ? 0.1 : 1; ; power *= 10) {
    for (const digit of [5, 10, 20]) if (most <= digit * power) return digit * power;
  }
}

/** A path through [x, y] points; a single one is a dot. */
export function path(points) {
  const steps = points.map(([x, y], at) => `${at ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`);
  return steps.join('') + (points.length === 1 ? 'h.01' : '');
}

/**
 * All measures of one agent.
 * @param series [x, point] of each point, in the order of x
 * @param span [first, last] of the x axis
 * @param size [width, height] in px
 * @param kind of the frames
 * @param label says a place of the x axis in words
 */
export function chart(series, span, size, kind = 'basic', label = String) {
  return plot(CURVES[kind].map(curve => ({...curve, series})), span, size, label);
}

/**
 * @param lines what to draw, each its class name, its measure and its series as of `chart`
 */
export function plot(lines, [first, last], [width, height], label = String) {
  const rewards = lines.filter(isReward), shares = lines.length > rewards.length;
  const left = shares ? LEFT : BARE, right = width - (rewards.length ? RIGHT : BARE), bottom = height - BOTTOM;
  const heights = rewards.flatMap(({measure, series}) => series.map(([, point]) => Math.abs(measures[measure](point) ?? 0)));
  const most = limit(heights.reduce((most, height) => Math.max(most, height), 0));
  const across = scale(first, last, left, right), share = scale(0, 1, bottom, TOP), reward = scale(-most, most, bottom, TOP);
  const text = (x, y, anchor, words) => ['text', {x, y, 'text-anchor': anchor}, words];
  const parts = [];
  for (const at of [0, 0.25, 0.5, 0.75, 1]) {
    parts.push(['path', {class: 'grid', d: `M${left} ${share(at).toFixed(1)}H${right}`}]);
    if (shares) parts.push(text(LEFT - 8, share(at) + 4, 'end', `${at * 100}%`));
  }
  if (rewards.length) for (const at of [-most, 0, most]) parts.push(text(right + 8, reward(at) + 4, 'start', signed(at)));
  for (const at of new Set([first, Math.round((first + last) / 2), last])) parts.push(text(across(at), height - 6, 'middle', label(at)));
  for (const {name, measure, series} of lines) {
    const up = isReward({measure}) ? reward : share;
    const known = series.map(([x, point]) => [x, measures[measure](point)]).filter(([, height]) => height !== null);
    const d = path(known.map(([x, height]) => [across(x), up(height)]));
    if (d) parts.push(['path', {class: `curve ${name}`, d}]);
  }
  return parts;
}

/** What the newest point of delivery-v0 says, in words. */
export const deliverySummary = point => `reward a notification ${signed(measures['delivery-reward'](point) ?? 0)}, CTR of known outcomes ${percent(measures['delivery-ctr'](point))}`;

/** What the newest point of basic-v0 says, in words. */
export function summary(counts) {
  if (!counts || !total(counts)) return 'nothing decided yet';
  const said = name => percent(measures[name](counts));
  return `performance ${said('performance')}, CTR of the agent ${said('ctr')}, of the person ${said('user-ctr')}, reward ${signed(measures.reward(counts))}`;
}
