// The charts' arithmetic; run by test_chart.py beside a copy of the page's modules.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {curvesOf, measures, path, placeUnder, plot, pointAt, readings, say, scale, ticks} from './chart.js';

const COUNTS = [3, 1, 2, 4]; // both opened, only the agent did, only the person did, both dismissed
const SIZE = [400, 240];
const SHARE = {whole: [0, 1], digits: [1, 2, 2.5, 5, 10]}, REWARD = {whole: [0, 0], digits: [1, 2, 5, 10]};
const basic = (series, span, at) => plot(curvesOf('basic', series), span, SIZE, String, at);
const words = parts => parts.filter(([tag]) => tag === 'text').map(([, , text]) => text);
const curves = parts => Object.fromEntries(parts
  .filter(([, {class: name}]) => name?.startsWith('curve '))
  .map(([, {class: name, d}]) => [name.slice(6), d.match(/[\d.]+ [\d.]+/g).map(pair => pair.split(' ').map(Number))]));

test('measures are those of the score', () => {
  assert.equal(measures.performance(COUNTS), 0.7);
  assert.equal(measures.ctr(COUNTS), 0.4);
  assert.equal(measures['user-ctr'](COUNTS), 0.5);
  assert.equal(measures.reward(COUNTS), 4);
  assert.equal(measures.majority([...COUNTS, 6]), 0.6);
  assert.equal(measures.majority(COUNTS), null);
});

test('a scale maps its ends, and a span of nothing to its start', () => {
  const up = scale(0, 10, 100, 20);
  assert.deepEqual([up(0), up(5), up(10)], [100, 60, 20]);
  assert.equal(scale(1, 1, 7, 9)(1), 7);
});

test('an axis is whole while the values fill half of it', () => {
  assert.deepEqual(ticks([], SHARE, 4), [0, 0.25, 0.5, 0.75, 1]);
  assert.deepEqual(ticks([0.1, 0.9], SHARE, 2), [0, 0.5, 1]);
  assert.deepEqual(ticks([0.5], SHARE, 2), [0, 0.5, 1]);
  assert.deepEqual(ticks([-7, 12], REWARD, 4), [-10, -5, 0, 5, 10, 15]);
  assert.deepEqual(ticks([3, 80], REWARD, 2), [0, 50, 100]);
  assert.deepEqual(ticks([0, 0], REWARD, 2), [0, 0.5, 1]);
});

test('values that need less than half of an axis have it for themselves', () => {
  assert.deepEqual(ticks([0.62, 0.71], SHARE, 4), [0.6, 0.625, 0.65, 0.675, 0.7, 0.725]);
  assert.deepEqual(ticks([201, 218], REWARD, 2), [200, 210, 220]);
  const parts = basic([[1, [60, 2, 30, 8]], [2, [61, 2, 31, 8]]], [1, 2]);
  assert.ok(words(parts).includes('the axis shows 60% to 100%'), words(parts).join());
});

test('no curve and no dot touches what is said of an axis', () => {
  const parts = basic([[1, [0, 0, 0, 3]], [2, [3, 0, 0, 5]]], [1, 2], 1);
  const heights = [...Object.values(curves(parts)).flat().map(([, y]) => y), ...parts.filter(([tag]) => tag === 'circle').map(([, {cy}]) => cy)];
  const captions = parts.filter(([, {class: name}]) => name === 'caption');
  assert.ok(captions.length);
  for (const [, {y}] of captions) assert.deepEqual(heights.filter(height => height > y - 14 && height < y + 9), []);
});

test('an axis of days is marked at whole days', () => {
  for (const [days, middle] of [[7, 4], [5, 3], [2, 1], [1, 1]]) {
    const marks = plot([], [0, days], SIZE, String).filter(([, {class: name}]) => name === undefined);
    const across = scale(0, days, 46, SIZE[0] - 12), wanted = [...new Set([0, middle, days])];
    assert.deepEqual(marks.map(([, {x}, text]) => [x, text]), wanted.map(day => [across(day), String(day)]));
  }
});

test('every value lies on its axis', () => {
  for (let at = 1; at < 200; at++) {
    const values = [Math.sin(at) * 10 ** (at % 7 - 3), Math.cos(at * 3) * 10 ** (at % 5 - 2)];
    const marks = ticks(values, REWARD, 2 + at % 3);
    assert.ok(marks.length >= 2 && marks.length <= 8, marks.join());
    for (const value of values) assert.ok(value >= marks[0] - 1e-9 && value <= marks.at(-1) + 1e-9);
  }
});

test('a path goes through all points, and one point can be seen', () => {
  assert.equal(path([[0, 1], [2.25, 3]]), 'M0.0 1.0L2.3 3.0');
  assert.equal(path([[4, 5]]), 'M4.0 5.0h.01');
  assert.equal(path([]), '');
});

test('every curve has a point for every point, the reward below the shares', () => {
  const drawn = curves(basic([[1, [1, 0, 0, 0, 1]], [2, [1, 1, 0, 0, 1]], [4, [1, 1, 1, 1, 2]]], [0, 4]));
  assert.deepEqual(Object.keys(drawn).sort(), ['ctr', 'majority', 'performance', 'reward', 'user-ctr']);
  for (const points of Object.values(drawn)) {
    assert.equal(points.length, 3);
    for (const [x, y] of points) assert.ok(x >= 0 && x <= 400 && y >= 0 && y <= 240);
  }
  const heights = drawn.performance.map(([, y]) => y); // 100 %, 50 %, 50 %
  assert.ok(heights[0] < heights[1]);
  assert.equal(heights[1], heights[2]);
  assert.ok(Math.min(...drawn.reward.map(([, y]) => y)) > Math.max(...['performance', 'ctr', 'user-ctr'].flatMap(name => drawn[name].map(([, y]) => y))));
});

test('the axes say where they begin and end', () => {
  const said = words(basic([[100, [0, 50, 50, 0]], [324, [200, 24, 50, 50]]], [0, 324]));
  assert.deepEqual(said, ['0%', '25%', '50%', '75%', '100%', '−200', '0', '+200', 'reward', '0', '162', '324']);
});

test('nothing decided draws axes and no curve', () => {
  assert.deepEqual(curves(basic([], [0, 9])), {});
  assert.equal(say(curvesOf('basic', [])), 'nothing decided yet');
});

test('a recording may hold anything', () => {
  for (const odd of ['NaN', Infinity, null]) assert.ok(basic([[1, [odd, 0, 0, 0]]], [0, 1]).length);
});

test('a place is pointed at, and read', () => {
  const series = [[1, [1, 0, 0, 0]], [2, [1, 1, 0, 0]], [8, COUNTS]], lines = curvesOf('basic', series).filter(({passing}) => !passing);
  assert.deepEqual([1.4, 1.6, 99, null].map(x => pointAt(series, x)[0]), [1, 2, 8, 8]);
  assert.equal(pointAt([], 3), undefined);
  assert.equal(say(lines), 'performance 70.0%, CTR of the agent 40.0%, CTR of the person (= always opening) 50.0%, reward +4');
  assert.deepEqual(readings(lines, 2).map(({value}) => value), ['50.0%', '100.0%', '50.0%', '0']);
  const parts = basic(series, [0, 8], 2);
  assert.equal(parts.filter(([tag]) => tag === 'circle').length, 4);
  const [, {d}] = parts.find(([, {class: name}]) => name === 'pointer');
  assert.ok(Math.abs(placeUnder(Number(d.match(/[\d.]+/)[0]), [0, 8], SIZE) - 2) < 0.01);
});

test('deliveries are drawn by their reward, and by their rate once somebody has acted', () => {
  const series = [[0.1, [144, -0.5, 0, 0, 1, -0.5]], [0.2, [288, 1.25, 2, 1, 5, 1]], [0.4, [576, 3, 3, 2, 6, 1.5]]], lines = curvesOf('delivery', series);
  const parts = plot(lines, [0, 7], SIZE, at => `${at} d`), drawn = curves(parts);
  assert.deepEqual(Object.keys(drawn).sort(), ['ctr', 'reference', 'reward']);
  assert.deepEqual([drawn.reward.length, drawn.ctr.length], [3, 2]);
  assert.equal(measures['delivery-ctr'](series[2][1]), 2 / 3);
  assert.equal(measures['delivery-reward'](series[2][1]), 0.5);
  assert.equal(measures['deliver-all-reward'](series[2][1]), 0.25);
  assert.ok(words(parts).includes('7 d'));
  assert.equal(say(lines, 0.2), 'CTR where known 50.0%, reward a notification +0.25, delivering all +0.2');
  assert.equal(say(lines, 0.1), 'CTR where known –, reward a notification −0.5, delivering all −0.5');
});

test('messages are signs on the reward, each by what came of it, and read beside it', () => {
  const points = [[0, 0, 0, 0, 0, 0], [540, 0.98, 0, 1, 0, 0], [1440, 0.96, 0.5, 1, 0, 1], [2000, 1.94, 0.5, 1, 1, 1], [2880, 1.94, 1, 1, 1, 1]];
  const series = points.map(point => [point[0] / 1440, point]), lines = curvesOf('send', series);
  const parts = plot(lines, [0, 7], SIZE, at => `${at} d`), drawn = curves(parts), signs = parts.filter(([, {class: name}]) => name?.startsWith('sign'));
  assert.deepEqual(Object.keys(drawn).sort(), ['reference', 'reward']);
  assert.deepEqual(signs.map(([tag, {class: name}, words]) => [tag, name, words]), [['text', 'sign right', '✓'], ['text', 'sign wrong', '✗'], ['text', 'sign wrong', '○']]);
  const at = signs.map(([, {x}]) => x);
  assert.ok(at[0] < at[2] && at[2] < at[1]);
  assert.equal(say(lines, 1), 'reward +0.96, sending nothing +0.5, opened 1, disappointed 0, ignored 1');
  assert.equal(say(lines), 'reward +1.94, sending nothing +1, opened 1, disappointed 1, ignored 1');
  const many = Array.from({length: 2000}, (_, at) => [at / 300, [at, at, 0, at, 0, 0]]);
  assert.ok(plot(curvesOf('send', many), [0, 7], SIZE).length < 200, 'signs do not lie upon each other');
});
