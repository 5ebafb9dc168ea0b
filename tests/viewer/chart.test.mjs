// The charts' arithmetic; run by test_chart.py beside a copy of the page's modules.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {chart, deliverySummary, limit, measures, path, scale, summary} from './chart.js';

const COUNTS = [3, 1, 2, 4]; // both opened, only the agent did, only the person did, both dismissed
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

test('a limit holds what it is for', () => {
  assert.deepEqual([0, 5, 6, 20, 21, 51, 1001].map(limit), [5, 5, 10, 20, 50, 100, 2000]);
});

test('a path goes through all points, and one point can be seen', () => {
  assert.equal(path([[0, 1], [2.25, 3]]), 'M0.0 1.0L2.3 3.0');
  assert.equal(path([[4, 5]]), 'M4.0 5.0h.01');
  assert.equal(path([]), '');
});

test('every curve has a point for every point, inside the chart', () => {
  const series = [[1, [1, 0, 0, 0, 1]], [2, [1, 1, 0, 0, 1]], [4, [1, 1, 1, 1, 2]]];
  const drawn = curves(chart(series, [0, 4], [400, 200]));
  assert.deepEqual(Object.keys(drawn).sort(), ['ctr', 'majority', 'performance', 'reward', 'user-ctr']);
  for (const points of Object.values(drawn)) {
    assert.equal(points.length, 3);
    for (const [x, y] of points) assert.ok(x >= 0 && x <= 400 && y >= 0 && y <= 200);
  }
  const heights = drawn.performance.map(([, y]) => y); // 100 %, 50 %, 50 %
  assert.ok(heights[0] < heights[1]);
  assert.equal(heights[1], heights[2]);
});

test('the axes say where they begin and end', () => {
  const words = chart([[324, [200, 24, 50, 50]]], [0, 324], [400, 200]).filter(([tag]) => tag === 'text').map(([, , text]) => text);
  assert.deepEqual(words, ['0%', '25%', '50%', '75%', '100%', '−200', '0', '+200', '0', '162', '324']);
});

test('nothing decided draws axes and no curve', () => {
  assert.deepEqual(curves(chart([], [0, 9], [400, 200])), {});
  assert.equal(summary([0, 0, 0, 0]), 'nothing decided yet');
});

test('a summary says the newest of every curve', () => {
  assert.equal(summary(COUNTS), 'performance 70.0%, CTR of the agent 40.0%, of the person 50.0%, reward +4');
});

test('deliveries are drawn by their reward, and by their rate once somebody has acted', () => {
  const series = [[0.1, [144, -0.5, 0, 0, 1, -0.5]], [0.2, [288, 1.25, 2, 1, 5, 1]], [0.4, [576, 3, 3, 2, 6, 1.5]]];
  const parts = chart(series, [0, 7], [400, 200], 'delivery', at => `${at} d`), drawn = curves(parts);
  assert.deepEqual(Object.keys(drawn).sort(), ['ctr', 'reference', 'reward']);
  assert.deepEqual([drawn.reward.length, drawn.ctr.length], [3, 2]);
  assert.equal(measures['delivery-ctr'](series[2][1]), 2 / 3);
  assert.equal(measures['delivery-reward'](series[2][1]), 0.5);
  assert.equal(measures['deliver-all-reward'](series[2][1]), 0.25);
  assert.ok(parts.some(([, , words]) => words === '7 d'));
  assert.equal(deliverySummary(series[1][1]), 'reward a notification +0.25, CTR of known outcomes 50.0%');
});
