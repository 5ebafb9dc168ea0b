// A frame on the page, wherever it comes from.

import {showCurves} from './curves.js';
import {showDeliveries} from './delivery.js';
import {showFeeds} from './feeds.js';
import {showAnswers} from './page.js';
import {showSends} from './send.js';

const SHOW = {basic: showAnswers, delivery: showDeliveries, send: showSends};

/**
 * @param points of the curve after each decision of the episode, or after some
 * @param ended the episodes before, each its number and its result
 * @param lists what is new in the lists: see `showFeeds`
 */
export function showRun(frame, points, ended, lists) {
  const title = `${frame.agent} · ${frame.env} · gym-push`;
  if (document.title !== title) document.title = title;
  document.body.dataset.kind = frame.kind;
  SHOW[frame.kind](frame, lists);
  showCurves(frame, points, ended);
  showFeeds(lists, frame);
}
