// The data of a recording → the frames of its run, as recordings/tape.py says. Only `inflated` needs a browser.

export async function inflated(base64) {
  const bytes = Uint8Array.from(atob(base64), char => char.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'))).text();
}

/** All frames of a recording. Those of an episode share their lists: `all` of one, of which a frame has the first `count`. */
export function frames(text) {
  let frame = {};
  return text.trimEnd().split('\n').slice(1).map(row => {
    const line = JSON.parse(row), before = 'episode' in line ? {} : frame;
    frame = {...before};
    for (const [name, value] of Object.entries(line)) {
      if (name.startsWith('+')) frame[name.slice(1)] = appended(frame[name.slice(1)]?.all ?? [], value);
      else frame[name] = value;
    }
    frame.decision = frame.decisions.all[frame.decisions.count - 1] ?? null;
    const {notification} = frame.kind !== 'send' ? before : frame.decision?.action ? frame : frame.decision ?? {}; // what was decided on, or what was sent
    if (frame.epoch === before.epoch + 1) frame.decision = {...frame.decision, notification}; // not clipped, as in the lists
    const [last, outcome, credit] = frame.outcomes?.all.at(-1) ?? [];
    if (last === frame.epoch) frame.decision = {...frame.decision, outcome, credit};
    return frame;
  });
}

function appended(all, items) {
  for (const item of items) all.push(item);
  return {all, count: all.length};
}

/** At most so many decisions for an action before an epoch, newest first, with their outcomes in this frame. */
export function listed({decisions, outcomes}, action, most, before = Infinity) {
  const known = ledTo(outcomes), found = [];
  for (let epoch = Math.min(decisions.count, before - 1); epoch > 0 && found.length < most; epoch--) {
    const decision = decisions.all[epoch - 1];
    if (decision.action === action) found.push({...decision, ...known.get(epoch)});
  }
  return found;
}

/** The outcome and the credit of each decision that has led to something, by its epoch; the last counts. */
export const ledTo = ({all, count}) => new Map(all.slice(0, count).map(([epoch, outcome, credit]) => [epoch, {outcome, credit}]));

/** The decisions whose outcome became known last, newest first. */
export function recent({decisions, outcomes: {all, count}}, most) {
  const known = all.slice(0, count).filter(([, outcome]) => outcome);
  return known.slice(-most).reverse().map(([epoch, outcome, credit]) => ({...decisions.all[epoch - 1], outcome, credit}));
}

/** The points of a frame's curve; in a long episode every 2nd, 4th, 8th ..., as in viewer/episode.py. */
export function pointsOf({points: {all, count}}, most = 1000) {
  let stride = 1;
  while (Math.floor(count / stride) > most) stride *= 2;
  return all.filter((_, at) => at < count && (at + 1) % stride === 0);
}
