// Two recorded agents on the same notifications: what each decided, and where they differ.

import {draw, seriesOf} from './curves.js';
import {AGENT, byId, PERSON, showPhone, showStatus, write} from './page.js';
import {frames, inflated, pointsOf} from './tape.js';
import {marks, timeline} from './timeline.js';
import {measures} from './chart.js';
import {onKeys} from './keys.js';
import {percent, signed} from './words.js';
import {rows} from './rows.js';
import {search} from './search.js';

/** A place of the timeline is a notification: frame `at` shows it, frame `at + 1` what was decided. */
async function start() {
  const {names, tapes} = JSON.parse(await inflated(byId('data').textContent));
  const runs = tapes.map(frames), count = runs[0].length - 1, all = [...Array(count).keys()];
  const decisions = at => runs.map(run => run[at + 1].decisions.all[at]);
  const differs = at => decisions(at)[0].action !== decisions(at)[1].action;
  const words = at => `decision ${at + 1} of ${runs[0][0].size} · episode ${runs[0][0].episode}`;

  function tell(at) {
    const like = names.filter((_, who) => right(decisions(at)[who])), {user_action} = decisions(at)[0];
    const whom = ['unlike both', `like ${like[0]}`, 'like both'][like.length];
    const {notification, roles} = runs[0][at];
    return {notification, roles, line: `#${at + 1} · person ${PERSON[user_action]}, ${whom}`};
  }

  function show(at) {
    const frame = runs[0][at], after = runs.map(run => run[at + 1]);
    write('episode', `episode ${frame.episode}`);
    write('epoch', `${at + 1} / ${frame.size}`);
    byId('progress').value = (at + 1) / frame.size;
    showPhone(frame);
    showDecisions(decisions(at));
    showNumbers(after);
    showCurves(names, after);
    differences.show(at);
    showHit(at);
  }

  const player = timeline(count, show, words, playing => showStatus(playing ? 'playing' : 'paused'));
  const differences = rows('differences', tell, player.go), places = all.filter(differs);
  const mark = marks(count, []), markAll = () => mark(differs, 'marked: where they differ');
  const showHit = search(all, tell, player, mark, markAll);
  const next = () => differences.next(player.here()), previous = () => differences.previous(player.here());
  for (const [id, act] of Object.entries({next, previous})) {
    byId(id).ariaDisabled = String(!places.length);
    byId(id).addEventListener('click', act);
  }
  onKeys({n: next, N: next, p: previous, P: previous});

  for (const node of document.querySelectorAll('[data-name]')) node.textContent = names[node.dataset.name];
  document.title = `${names.join(' against ')} · gym-push`;
  write('result', result(names, runs.map(run => run[count])));
  const won = [0, 1].map(who => places.filter(at => right(decisions(at)[who])).length);
  write('d-count', places.length);
  write('d-words', places.length ? `of ${count} decisions. ${names[0]} was right in ${won[0]} of them, ${names[1]} in ${won[1]}.` : `They agree in all ${count} decisions.`);
  differences.set(places);
  markAll();
  showStatus('paused');
  player.go(count - 1); // the result first
}

const right = ({action, user_action}) => action === user_action;

/** Who agrees with the person more often, in a sentence. */
function result(names, [one, other]) {
  const lead = measures.reward(one.confusion) - measures.reward(other.confusion);
  const [better, worse] = (lead < 0 ? [other, one] : [one, other]).map(({confusion}) => percent(measures.performance(confusion)));
  if (!lead) return `Both did as the person did in ${better} of ${one.epoch} decisions.`;
  const [first, second] = lead < 0 ? [names[1], names[0]] : names;
  return `${first} did as the person did in ${better} of ${one.epoch} decisions, ${second} in ${worse}.`;
}

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
  const drawn = after.map(frame => seriesOf(pointsOf(frame), frame.epoch, [...frame.confusion, frame.majority]));
  for (const measure of ['performance', 'ctr', 'reward']) {
    const lines = drawn.map((series, at) => ({name: ['one', 'two'][at], words: names[at], measure, series}));
    if (measure === 'ctr') lines.push({name: 'user-ctr', words: 'the person', measure: 'user-ctr', series: drawn[0]});
    draw(`c-${measure}`, `${measure} of both agents`, {lines, span: [0, after[0].size], place: at => `decision ${at}`});
  }
}

start().catch(() => showStatus('this file is damaged'));
