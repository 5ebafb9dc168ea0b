// Pause, single step and speed: what a person asks of the agent, and the pace that it has.

import {byId} from './page.js';
import {onKeys} from './keys.js';

const DELAYS = [2, 1, 0.5, 0.2, 0.1, 0.05, 0]; // s a step, by the slider's place

let underway = 0; // wishes that the viewer has yet to answer
let last = Promise.resolve(); // one wish at a time: the viewer closes a page that asks too much at once
let answered = 0; // ms; an older question may not know of the last wish

/** @param send sends the viewer a wish, {paused}, {delay} or {step}; resolves when it is answered */
export function connect(send) {
  const wish = what => {
    underway++;
    last = last.then(() => send(what)).catch(() => null).then(() => {
      underway--;
      answered = performance.now();
    });
  };
  const pause = byId('pause'), step = byId('step'), speed = byId('speed');
  pause.addEventListener('click', () => wish({paused: pause.ariaPressed !== 'true'}));
  step.addEventListener('click', () => step.ariaDisabled !== 'true' && wish({step: true}));
  speed.addEventListener('input', () => {
    showDelay(DELAYS[speed.value]);
    wish({delay: DELAYS[speed.value]});
  });
  onKeys({' ': () => pause.click(), ArrowRight: () => step.click()});
}

/** @param asked ms, as of performance.now(): when the viewer was asked for the pace */
export function showPace({paused, delay}, ended, asked) {
  const pause = byId('pause'), speed = byId('speed');
  byId('controls').hidden = ended;
  pause.ariaPressed = String(paused);
  byId('step').ariaDisabled = String(!paused);
  if (underway || asked < answered) return; // else the slider would jump back under the finger
  speed.value = DELAYS.findIndex(each => each <= delay);
  showDelay(delay);
}

function showDelay(delay) {
  const words = delay ? `${delay} s a step` : 'full speed';
  byId('delay').textContent = words;
  byId('speed').ariaValueText = words;
}
