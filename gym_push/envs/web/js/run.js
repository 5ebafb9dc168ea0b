// All of a run at one moment, wherever its frames come from.

import {showCurves} from './curves.js';
import {showFeeds} from './feeds.js';
import {showFrame} from './page.js';

/**
 * @param points the counts after each decision of the episode, or after some
 * @param ended the episodes before, each its number and its counts
 * @param run changes when the lists of opened and dismissed begin anew
 */
export function showRun(frame, points, ended, run) {
  showFrame(frame);
  showCurves(frame, points, ended);
  showFeeds(frame, run);
}
