// Pause, single step and speed: what a person asks of the agent, and the pace that it has.

import {byId, make} from './page.js';
import {keeps, onKeys} from './keys.js';

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
  onKeys({' ': () => byId('controls').hidden || pause.click(), ArrowRight: () => step.click()});
  for (const type of ['focusin', 'focusout', 'pointerdown']) addEventListener(type, () => setTimeout(showKeys));
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

const ARROWS = [['[role=tab]', 'move along the tabs'], ['#speed', 'change the speed'], ['[role=slider]', 'move along the curves']];

/** Says at the foot of the page what the keys do now. */
export function showKeys() {
  const node = document.activeElement, arrows = ARROWS.find(([control]) => node.matches(control)), offers = [];
  const {hidden} = byId('controls'), paused = byId('pause').ariaPressed === 'true';
  if (keeps(node, ' ')) offers.push([['Space'], 'presses the button']);
  else if (!hidden) offers.push([['Space'], paused ? 'lets the agent go on' : 'pauses the agent']);
  if (arrows) offers.push([['←', '→'], arrows[1]]);
  else if (!hidden && paused) offers.push([['→'], 'takes a single step']);
  const words = offers.flatMap(([keys, does], at) => [at ? ' · ' : '', ...keys.flatMap(key => [make('kbd', key), ' ']), does]);
  const footer = byId('keys');
  if (footer.textContent !== words.map(word => word.textContent ?? word).join('')) footer.replaceChildren(...words);
}

function showDelay(delay) {
  const words = delay ? `${delay} s a step` : 'full speed';
  byId('delay').textContent = words;
  byId('speed').ariaValueText = words;
}
