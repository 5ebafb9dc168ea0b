// What an agent reads as names and numbers, in words that a person reads. Pure functions, no DOM.
// The tables are viewer/words.json, which the viewer serves as a module.

import {TABLES} from './tables.js';

const {apps, commonParts, labels, ago, days, months} = TABLES;
const MOST = 300; // characters of one value: a page is no place for more
const MOST_TEXT = 2000;
const SHORT = 3; // letters of what is an abbreviation in the name of a package

export const decimal = new Intl.NumberFormat('en', {maximumFractionDigits: 2}).format;

const capital = word => word.charAt(0).toUpperCase() + word.slice(1);

export const percent = share => (share === null ? '–' : `${(share * 100).toFixed(1)}%`);
export const signed = number => (number > 0 ? '+' : number < 0 ? '−' : '') + decimal(Math.abs(number));

/** How far one number is above or below another: '7.4 points below always opening'. */
export function against(gap, unit, what) {
  const words = unit(Math.abs(gap));
  return words === unit(0) ? `as good as ${what}` : `${words} ${gap < 0 ? 'below' : 'above'} ${what}`;
}

export const points = share => `${(share * 100).toFixed(1)} points`;

export const plural = (count, word) => `${decimal(count)} ${word}${count === 1 ? '' : 's'}`;

/** 'com.whatsapp' → 'WhatsApp'; an app that is not in the table gets the telling part of its package. */
export function appName(appPackage) {
  if (appPackage === undefined) return 'Notification';
  const name = String(appPackage).slice(0, MOST);
  if (Object.hasOwn(apps, name)) return apps[name];
  if (!/^[\w.]+$/.test(name)) return name;
  const parts = name.split('.').filter(Boolean), [part] = [...parts.filter(part => part.length > 2 && !commonParts.includes(part)), ...parts, name];
  return part.length <= SHORT && name.length > SHORT ? part.toUpperCase() : capital(part);
}

/** The feature that has a role, as of the frame's `roles`; undefined if there is none, or it is unknown. */
export function told(features, roles, role) {
  const known = Object.hasOwn(roles, role) && Object.hasOwn(features, roles[role]) ? features[roles[role]] : undefined;
  return known === 'unknown' || known === null ? undefined : known;
}

const named = (features, name) => `${label(name)}: ${value(name, Object.hasOwn(features, name) ? features[name] : null)}`;

/** The app of a notification, or what stands for it. */
export function titleOf(notification, roles) {
  const app = told(notification, roles, 'app');
  return app === undefined && roles.first ? named(notification, roles.first) : appName(app);
}

/** The text of a notification, or what stands for it; empty if there is none. */
export function textOf(notification, roles) {
  const text = told(notification, roles, 'text') ?? told(notification, roles, 'subject');
  return text === undefined ? (roles.second ? named(notification, roles.second) : '') : String(text).slice(0, MOST_TEXT);
}

/** The app, the sender and the text of a notification in one line. */
export function aboutOf(notification, roles, between) {
  return [titleOf(notification, roles), told(notification, roles, 'sender'), textOf(notification, roles)].filter(Boolean).join(between);
}

/** One hue for each app, always the same; those of the bundled log are far apart. */
export function hue(appPackage) {
  let hash = 0;
  for (const char of String(appPackage)) hash = (hash * 212 + char.codePointAt(0)) % 65521;
  return hash % 360;
}

/** 'lightIntensity' → 'light intensity'. */
export function label(name) {
  if (Object.hasOwn(labels, name)) return labels[name];
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' ').trim().toLowerCase().slice(0, MOST);
}

export function value(name, raw, unit) {
  if (typeof raw === 'boolean') return raw ? 'yes' : 'no';
  const text = typeof raw === 'number' ? decimal(raw) : String(raw ?? 'unknown').slice(0, MOST);
  const measured = unit === undefined || typeof raw !== 'number' ? text : unit === '%' ? `${text}%` : `${text} ${unit}`;
  return ago.includes(name) && typeof raw === 'number' ? `${measured} ago` : measured;
}

/** '2026-11-07T07:22:00' → clock '07:22' and day 'Saturday, November 7', in the phone's own time. */
export function moment(posted) {
  const match = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d:\d\d)/.exec(posted ?? '');
  if (!match) return {clock: '', day: '', short: ''};
  const [, year, month, date, clock] = match;
  const time = new Date(Date.UTC(year, month - 1, date));
  const day = `${days[(time.getUTCDay() + 6) % 7]}, ${months[time.getUTCMonth()]} ${time.getUTCDate()}`;
  return {clock, day, short: `${day.slice(0, 3)} ${clock}`};
}

export const weekday = raw => days.find(day => day.slice(0, 3).toLowerCase() === String(raw).slice(0, 3).toLowerCase()) ?? String(raw).slice(0, MOST);

/** Android's '#AARRGGBB' → {css, name}; null for 'none' and for what is no colour. */
export function ledColour(raw) {
  const match = /^#(?:[\da-f]{2})?([\da-f]{6})$/i.exec(raw ?? '');
  if (!match) return null;
  const [red, green, blue] = [0, 2, 4].map(at => parseInt(match[1].slice(at, at + 2), 16));
  return {css: `#${match[1]}`, name: colourName(red, green, blue)};
}

function colourName(red, green, blue) {
  const most = Math.max(red, green, blue), span = most - Math.min(red, green, blue);
  if (most < 32) return 'black';
  if (span < most / 5) return 'white';
  const sixth = most === red ? ((green - blue) / span + 6) % 6 : most === green ? (blue - red) / span + 2 : (red - green) / span + 4;
  return ['red', 'orange', 'yellow', 'lime', 'green', 'green', 'cyan', 'blue', 'blue', 'purple', 'pink', 'pink', 'red'][Math.round(sixth * 2)];
}

/** Android's '0 150 100 150' → [0, 150, 100, 150] ms: wait, buzz, wait, buzz; null for anything else. */
export function vibration(raw) {
  if (typeof raw !== 'string' || !/^\d+(\s+\d+)*$/.test(raw.trim())) return null;
  return raw.trim().split(/\s+/).map(Number).slice(0, 24);
}
