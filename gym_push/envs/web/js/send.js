// A frame of send-v0 → the page: what was sent, why it could be, what came of it, and what can be sent now.

import {byId, make, showAbout, showPhone, showProgress, write} from './page.js';
import {dayOf, OUTCOMES, showCounts, showRecent, showShares} from './days.js';
import {against, decimal, moment, percent, plural, signed} from './words.js';

const {send: SENT} = OUTCOMES;

/** @param lists of which `recent` are the newest messages */
export function showSends(frame, {recent}) {
  const {newest, posted, counts, measured} = frame;
  showProgress(frame, dayOf(frame), frame.minute / frame.minutes, 'Days of this episode that have passed');
  showPhone({...frame, posted: frame.now});
  byId('card').hidden = !newest;
  write('led-words', newest ? `sent ${moment(posted).short} · ${SENT[newest]}` : 'no message yet');
  showScore(frame);
  showOffers(frame);
  showLast(frame);
  showRecent(recent, frame);
  showCounts(Object.fromEntries([1, 2, 3, 0].map(status => [SENT[status], counts[status]])));
  showShares(byId('measured'), Object.entries(measured).map(([name, share]) => [name, percent(share), share]));
}

function showScore({reward, parts, nothing, effect, counts, ctr, week, budget, above, left, minute, minutes}) {
  const sent = counts[1] + counts[2] + counts[3];
  write('left', left ? `The person has left, on ${dayOf({minute, minutes})}: nothing more can be sent.` : '');
  write('k-sum', signed(reward));
  write('sum-parts', Object.entries(parts).filter(([, part]) => part).map(([name, part]) => `${name} ${signed(part)}`).join(', ') || 'nothing paid yet');
  write('sum-against', against(reward - nothing, decimal, 'sending nothing'));
  write('k-effect', signed(effect));
  write('effect-words', sent ? `${signed(effect / sent)} a message` : 'no message yet');
  write('k-sent-ctr', percent(ctr));
  byId('m-sent-ctr').style.width = `${(ctr ?? 0) * 100}%`;
  write('opened-words', sent ? `${decimal(counts[1] + counts[2])} of ${decimal(sent)} opened` : 'no message yet');
  write('k-week', decimal(week));
  byId('m-week').style.width = `${budget ? Math.min(1, week / budget) * 100 : 0}%`;
  write('week-words', budget === null ? 'of any number' : `of ${decimal(budget)}`);
  write('above', above ? `${decimal(above)} above the budget` : '');
}

/** What can be sent now: the messages of the catalogue, or the parts of one that is composed. */
function showOffers({hindered, composed, catalogue, messages, eligible, lacks, tried}) {
  const list = byId('offers'), key = JSON.stringify([hindered, catalogue, lacks, tried]);
  write('h-offers', `${hindered.length ? 'Nothing can' : 'What can'} be sent now`);
  const all = composed ? 'any of these, put together' : `${decimal(eligible)} of ${plural(messages, 'message')}`, rest = messages > catalogue.length ? `; these are the first ${catalogue.length}` : '';
  write('offers-words', (hindered.join(', ') || all) + rest);
  if (list.dataset.shown === key) return;
  list.dataset.shown = key;
  list.replaceChildren(...catalogue.map(({text, note}, at) => {
    const line = make('li'), able = !hindered.length && !lacks[at], words = make('div'), said = make('small', lacks[at] || (composed ? '' : use(tried[at])));
    const mark = make('b', composed ? '' : able ? '✓' : '✗', able ? 'right' : 'soft');
    if (!composed) {
      mark.role = 'img';
      mark.ariaLabel = able ? 'can be sent' : 'cannot be sent';
    }
    words.append(make('bdi', text), ' ', make('small', note));
    line.append(mark, words, said);
    return line;
  }));
}

const use = ([sent, opened]) => (sent ? `sent ${decimal(sent)}, opened ${decimal(opened)}` : 'not sent yet');

function showLast({decision, roles}) {
  const {action, credit = 0, effect, why = ''} = decision ?? {};
  write('l-epoch', decision ? `#${decision.epoch}` : '');
  write('l-action', decision ? (action ? SENT[decision.outcome] : SENT[0]) : '–').dataset.done = action === 1 ? 0 : '';
  write('l-credit', decision ? [effect === undefined ? '' : `added ${signed(effect)}`, `reward ${signed(credit)}`].filter(Boolean).join(' · ') : '').className = credit > 0 ? 'right' : credit < 0 ? 'wrong' : '';
  byId('l-about').hidden = !decision;
  if (decision) showAbout('l-icon', 'l-text', decision, roles);
  write('l-why', why ? `could be sent: ${why}` : '');
}
