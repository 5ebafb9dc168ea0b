// All of a run at one moment, wherever its frames come from.

import {showCurves} from './curves.js';
import {showFeeds} from './feeds.js';
import {showFrame} from './page.js';

/**
 * @param points the counts after each decision of the episode, or after some
 * @param ended the episodes before, each its number and its counts
 * @param lists what is new in the lists of opened and dismissed: see `showFeeds`
 */
export function showRun(frame, points, ended, lists) {
  showFrame(frame);
  showCurves(frame, points, ended);
  showFeeds(lists, frame.confusion);
}
