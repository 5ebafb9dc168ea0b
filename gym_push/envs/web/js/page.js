// A frame → the page. Only textContent and CSSOM: no data is ever parsed as HTML.

import {TABLES} from './tables.js';
import {measures} from './chart.js';
import {aboutOf, against, hue, label, ledColour, moment, percent, points, signed, textOf, titleOf, told, value, vibration, weekday} from './words.js';

export const AGENT = TABLES.agent;
export const PERSON = TABLES.person;

export const byId = id => document.getElementById(id);

export function write(id, text) {
  const node = byId(id), words = String(text ?? '');
  if (node.textContent !== words) node.textContent = words;
  return node;
}

export function make(tag, text, className) {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  return node;
}

export function dressIcon(node, notification, roles) {
  const app = titleOf(notification, roles);
  node.textContent = [...app][0] ?? '•';
  node.style.setProperty('--hue', hue(app));
  node.classList.toggle('none', !app);
  return node;
}

export function showProgress({agent, user, episode}, words, share, about) {
  write('agent', agent);
  write('episode', user === null ? `episode ${episode}` : `user ${user} · episode ${episode}`);
  write('epoch', words);
  byId('progress').value = share;
  byId('progress').ariaLabel = about;
}

/** What a notification is about, in one line beside its icon. */
export function showAbout(icon, words, {notification}, roles) {
  dressIcon(byId(icon), notification, roles);
  write(words, aboutOf(notification, roles, ' · '));
}

/** A frame of basic-v0: the agent's answers beside the person's. */
export function showAnswers(frame) {
  showProgress(frame, `${frame.epoch} / ${frame.size}`, frame.size ? frame.epoch / frame.size : 0, 'Decisions taken in this episode');
  showPhone(frame);
  showScore(frame);
  showDecision(frame.decision, frame.roles);
  showConfusion(frame.confusion);
}

export function showPhone({notification, context, units, roles, posted}) {
  const every = {...context, ...notification}, tell = role => told(every, roles, role);
  const unit = name => (Object.hasOwn(units, name) ? units[name] : undefined);
  const {clock, day} = moment(posted), dayOfWeek = tell('day_of_week'), battery = tell('battery');
  write('p-place', tell('place'));
  write('p-clock', clock);
  write('p-date', [day || (dayOfWeek === undefined ? '' : weekday(dayOfWeek)), tell('time_of_day')].filter(Boolean).join(', '));
  write('p-battery', `${tell('charging') === true ? '⚡' : ''}${battery === undefined ? '' : value('', battery, unit(roles.battery) ?? '%')}`);

  byId('card').hidden = false;
  dressIcon(byId('n-icon'), every, roles);
  write('n-app', [titleOf(every, roles), tell('sender')].filter(Boolean).join(' · '));
  write('n-category', tell('category'));
  write('n-text', textOf(every, roles));

  const inPhone = new Set(TABLES.inPhone);
  if (showLed(tell('light'))) inPhone.add('light');
  if (showVibration(tell('vibration'))) inPhone.add('vibration');
  const shown = new Set(Object.entries(roles).flatMap(([role, name]) => (inPhone.has(role) ? [name] : [])));
  for (const [id, features] of [['chips-notification', notification], ['chips-context', context]]) {
    const left = Object.entries(features).filter(([name]) => !shown.has(name));
    byId(id).replaceChildren(...left.map(([name, raw]) => chip(name, raw, unit(name))));
    byId(id).previousElementSibling.hidden = !left.length;
  }
}

function chip(name, raw, unit) {
  const item = make('li');
  item.append(make('span', label(name)), ' ', make('bdi', value(name, raw, unit)));
  return item;
}

/** Whether `raw` could be shown: as a colour, or as no light at all. */
function showLed(raw) {
  const led = byId('led'), colour = ledColour(raw), known = colour !== null || raw === 'none' || raw === undefined;
  led.hidden = colour === null;
  led.style.color = colour?.css ?? '';
  led.ariaLabel = colour ? `LED blinks ${colour.name}` : '';
  write('led-words', colour ? `LED ${colour.name}` : raw === 'none' ? 'no LED' : '');
  return known;
}

/** Whether `raw` could be shown: as a pattern, or as no vibration at all. */
function showVibration(raw) {
  const pattern = vibration(raw), node = byId('vibration');
  if (pattern === null) {
    write('vibration', raw === 'none' ? 'no vibration' : '');
    return raw === 'none' || raw === undefined;
  }
  const total = Math.max(1, pattern.reduce((sum, length) => sum + length, 0));
  const bars = pattern.map((length, at) => {
    const bar = make('i', undefined, at % 2 ? 'buzz' : '');
    bar.style.width = `${Math.max(3, (length / total) * 84).toFixed(1)}px`;
    return bar;
  });
  const words = make('span', `buzzes ${pattern.filter((_, at) => at % 2).join(', ')} ms`);
  node.replaceChildren(...bars, words);
  return true;
}

/** What the agent stands against, so far: who opens everything, or what the person has done more often. */
const REFERENCES = {'always-open': 'always opening', majority: 'the majority so far'};

function showScore({reward, confusion, majority}) {
  for (const name of ['performance', 'ctr', 'user-ctr']) {
    const share = measures[name](confusion);
    write(`k-${name}`, percent(share));
    byId(`m-${name}`).style.width = `${(share ?? 0) * 100}%`;
  }
  const now = [...confusion, majority], [performance, ctr, person] = ['performance', 'ctr', 'user-ctr'].map(name => measures[name](now));
  const [best, height] = Object.keys(REFERENCES).map(name => [name, measures[name](now)]).reduce((one, other) => (other[1] > one[1] ? other : one));
  write('against', performance === null ? '' : against(performance - height, points, REFERENCES[best]));
  write('ctr-words', performance === null ? '' : ctr === person ? 'opens as often as the person' : `opens ${ctr > person ? 'more' : 'less'} than the person does`);
  write('k-reward', signed(reward));
  write('reward-words', `${confusion[0] + confusion[3]} right, ${confusion[1] + confusion[2]} wrong`);
}

function showDecision(decision, roles) {
  const verdict = decision && (decision.reward > 0 ? 'right' : 'wrong');
  byId('d-agent').dataset.action = decision?.action ?? '';
  byId('d-user').dataset.action = decision?.user_action ?? '';
  write('d-agent', decision ? AGENT[decision.action] : '–');
  write('d-user', decision ? PERSON[decision.user_action] : '–');
  write('d-verdict', decision ? `${verdict === 'right' ? '✓' : '✗'} ${signed(decision.reward)}` : '').className = verdict ?? '';
  write('d-epoch', decision ? `epoch ${decision.epoch}` : '');
  byId('d-about').hidden = !decision;
  if (decision) showAbout('d-icon', 'd-text', decision, roles);
}

function showConfusion(counts) {
  const total = Math.max(1, counts.reduce((sum, count) => sum + count, 0));
  document.querySelectorAll('#confusion tbody td').forEach((cell, at) => {
    cell.firstElementChild.textContent = counts[at];
    cell.style.setProperty('--share', (counts[at] / total).toFixed(3));
  });
}

/** @param state one word, which the style sheet knows; `words` say it to a person */
export function showStatus(state, words = state) {
  document.body.dataset.state = state;
  write('status', words);
}

export function showTabs(tabs, chosen, choose) {
  const list = byId('tabs');
  while (list.children.length > tabs.length) list.lastElementChild.remove();
  while (list.children.length < tabs.length) {
    const button = make('button');
    button.type = 'button';
    button.role = 'tab';
    button.setAttribute('aria-controls', 'panel');
    button.addEventListener('click', () => choose(Number(button.dataset.place)));
    list.append(button);
  }
  tabs.forEach((tab, at) => {
    const button = list.children[at], words = tab.ended ? `${tab.label} · ${tab.crashed ? 'crashed' : 'ended'}` : tab.label;
    button.dataset.place = tab.place;
    button.id = `tab-${tab.place}`;
    if (button.textContent !== words) button.title = button.textContent = words; // a long one is cut
    button.ariaSelected = String(tab.place === chosen);
    button.tabIndex = tab.place === chosen ? 0 : -1;
  });
  byId('panel').setAttribute('aria-labelledby', `tab-${chosen}`);
}

/** Arrow keys move between tabs, as a tablist's do. */
export function onTabKey(event) {
  const step = {ArrowRight: 1, ArrowLeft: -1}[event.key], tabs = [...byId('tabs').children];
  if (!step || !tabs.includes(event.target)) return;
  const next = tabs[(tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
  next.focus();
  next.click();
}
