// Two recorded agents on the same notifications: what each decided, and where they differ.

import {draw, seriesOf} from './curves.js';
import {AGENT, byId, dressIcon, make, PERSON, showPhone, showStatus, write} from './page.js';
import {frames, inflated, pointsOf} from './tape.js';
import {mark, onKeys, timeline} from './timeline.js';
import {measures, plot, summary} from './chart.js';
import {aboutOf, percent, signed} from './words.js';

const MOST = 100; // differences that are listed at a time

/** A place of the timeline is a notification: frame `at` shows it, frame `at + 1` what was decided. */
async function start() {
  const {names, tapes} = JSON.parse(await inflated(byId('data').textContent));
  const runs = tapes.map(frames), count = runs[0].length - 1;
  const decisions = at => runs.map(run => run[at + 1].decisions.all[at]);
  const places = [...Array(count).keys()].filter(at => decisions(at)[0].action !== decisions(at)[1].action);
  const words = at => `decision ${at + 1} of ${runs[0][0].size} · episode ${runs[0][0].episode}`;
  const line = timeline(count, show, words, playing => showStatus(playing ? 'playing' : 'paused'));

  function show(at) {
    const frame = runs[0][at], after = runs.map(run => run[at + 1]);
    write('episode', `episode ${frame.episode}`);
    write('epoch', `${at + 1} / ${frame.size}`);
    byId('progress').value = (at + 1) / frame.size;
    showPhone(frame);
    showDecisions(decisions(at));
    showNumbers(after);
    showCurves(names, after);
    showDifferences(at);
  }

  const next = () => line.go(places.find(place => place > line.here()) ?? line.here());
  const previous = () => line.go(places.findLast(place => place < line.here()) ?? line.here());
  byId('next').addEventListener('click', next);
  byId('previous').addEventListener('click', previous);
  onKeys({n: next, N: next, p: previous, P: previous});

  function showDifferences(at) {
    byId('next').ariaDisabled = String(!(places.at(-1) > at));
    byId('previous').ariaDisabled = String(!(places[0] < at));
    const passed = places.findLastIndex(place => place <= at), from = Math.floor(Math.max(0, passed) / MOST) * MOST;
    const list = byId('differences');
    if (list.dataset.from !== String(from)) {
      list.dataset.from = from;
      list.replaceChildren(...places.slice(from, from + MOST).map(item));
      write('d-more', places.length > MOST ? `${from + 1} to ${Math.min(from + MOST, places.length)} of ${places.length}` : '');
    }
    list.querySelector('[aria-current=true]')?.removeAttribute('aria-current');
    if (places[passed] !== at) return;
    const current = list.children[passed - from];
    current.firstElementChild.ariaCurrent = 'true';
    list.scrollTop = current.offsetTop - list.offsetTop - list.clientHeight / 3;
  }

  function item(place) {
    const {notification} = runs[0][place], entry = make('li'), button = make('button'), lines = make('div');
    const icon = dressIcon(make('span', undefined, 'icon'), notification.appPackage);
    const said = decisions(place).map((decision, at) => `${names[at]} ${AGENT[decision.action]} ${right(decision) ? '✓' : '✗'}`);
    icon.ariaHidden = 'true';
    button.type = 'button';
    button.addEventListener('click', () => line.go(place));
    lines.append(make('bdi', aboutOf(notification, ' · ')), make('small', `#${place + 1} · ${said.join(', ')}`));
    button.append(icon, lines);
    entry.append(button);
    return entry;
  }

  for (const node of document.querySelectorAll('[data-name]')) node.textContent = names[node.dataset.name];
  document.title = `${names.join(' against ')} · gym-push`;
  const won = [0, 1].map(who => places.filter(place => right(decisions(place)[who])).length);
  write('d-count', places.length);
  write('d-words', places.length ? `of ${count} decisions. ${names[0]} was right in ${won[0]} of them, ${names[1]} in ${won[1]}.` : `They agree in all ${count} decisions.`);
  write('legend', 'marked: where they differ');
  const differs = new Set(places);
  mark(count, at => differs.has(at), []);
  showStatus('paused');
  line.go(0);
}

const right = ({action, user_action}) => action === user_action;

function showDecisions(decisions) {
  decisions.forEach((decision, at) => {
    write(`d-${at}`, AGENT[decision.action]).dataset.action = decision.action;
    write(`v-${at}`, right(decision) ? '✓ +1' : '✗ −1').className = `verdict ${right(decision) ? 'right' : 'wrong'}`;
  });
  const [one, other] = decisions;
  write('d-user', PERSON[one.user_action]).dataset.action = one.user_action;
  write('agreement', one.action === other.action ? 'they agree' : 'they differ');
}

function showNumbers(after) {
  const points = share => `${signed(Math.round(share * 1000) / 10)} points`;
  for (const [name, words, change] of [['performance', percent, points], ['ctr', percent, points], ['reward', signed, signed]]) {
    const [one, other] = after.map(frame => measures[name](frame.confusion)), cells = byId(`n-${name}`).querySelectorAll('td');
    [words(one), words(other), change(other - one)].forEach((said, at) => { cells[at].textContent = said; });
    if (name !== 'ctr') cells[2].className = other > one ? 'better' : other < one ? 'worse' : '';
  }
  write('n-person', `the person ${percent(measures['user-ctr'](after[0].confusion))}`);
}

function showCurves(names, after) {
  const drawn = after.map(frame => seriesOf(pointsOf(frame), frame.epoch, frame.confusion));
  const said = `after ${after[0].epoch} decisions: ${after.map((frame, at) => `${names[at]}: ${summary(frame.confusion)}`).join('; ')}`;
  for (const measure of ['performance', 'ctr', 'reward']) {
    const lines = drawn.map((series, at) => ({name: ['one', 'two'][at], measure, series}));
    if (measure === 'ctr') lines.unshift({name: 'user-ctr', measure: 'user-ctr', series: drawn[0]});
    draw(`c-${measure}`, `${measure}, ${said}`, box => plot(lines, [0, after[0].size], box));
  }
}

start().catch(() => showStatus('this file is damaged'));
