// The data of a recording → the frames of its run. The counterpart of recordings/tape.py: what a line
// does not say is as expected after the frame before. Only `inflated` needs a browser.

export async function inflated(base64) {
  const bytes = Uint8Array.from(atob(base64), char => char.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'))).text();
}

/** All frames of a recording, with two differences: `cells`, the decisions of the whole episode, and
    the lists of opened and dismissed, which go back to its beginning: see `listed`. */
export function frames(text) {
  const notifications = table(1), contexts = table(0);
  let before = {}, names = [];
  return text.trimEnd().split('\n').slice(1).map(row => {
    const line = JSON.parse(row), begins = 'episode' in line;
    names = line.names ?? names;
    const {head: [posted], features: notification} = notifications(line.notification, names[0]);
    const {features: context} = contexts(line.context, names[1]);
    const frame = {...expected(before, begins, [...line.decided ?? ''].map(Number)), ...line, notification, context, posted};
    frame.episode ??= before.episode;
    frame.episodes = line.episodes ? (before.episodes ?? []).slice(0, line.episodes[0]).concat(line.episodes.slice(1)) : before.episodes ?? [];
    for (const name of ['opened', 'dismissed']) if (name in line) frame[name] = chained(line[name], begins ? null : before[name]);
    return before = frame;
  });
}

/** Entries that are given, named by their number, or follow the one before. */
function table(heads) {
  const entries = [];
  let last = -1;
  return (given, names) => {
    if (Array.isArray(given)) {
      last = entries.length;
      entries.push({head: given.slice(0, heads), features: Object.fromEntries(names.map((name, at) => [name, given[at + heads]]))});
    } else last = given ?? last + 1;
    return entries[last];
  };
}

function expected(before, begins, decided) {
  const {env, size, user, units} = before;
  const cells = begins ? [] : before.cells, confusion = begins ? [0, 0, 0, 0] : [...before.confusion];
  for (const cell of decided) confusion[3 - cell]++;
  cells.push(...decided);
  const epoch = (begins ? 0 : before.epoch) + decided.length, right = confusion[0] + confusion[3];
  const share = count => (epoch ? count / epoch : null);
  let {decision, opened, dismissed} = begins ? {decision: null, opened: null, dismissed: null} : before;
  if (decided.length) {
    const cell = decided.at(-1), action = cell >> 1, user_action = cell & 1;
    decision = {epoch, action, user_action, reward: action === user_action ? 1 : -1, notification: before.notification, posted: before.posted};
    if (action) opened = {decision, rest: opened};
    else dismissed = {decision, rest: dismissed};
  }
  return {
    env, size, user, units, cells, epoch, confusion, decision, opened, dismissed,
    performance: share(right),
    ctr: share(confusion[0] + confusion[1]),
    user_ctr: share(confusion[0] + confusion[2]),
    reward: 2 * right - epoch,
  };
}

/** Decisions, newest first, in front of those before that they do not repeat. */
function chained(decisions, before) {
  const newest = before?.decision.epoch ?? 0;
  return decisions.filter(({epoch}) => epoch > newest).reduceRight((rest, decision) => ({decision, rest}), before);
}

/** At most so many decisions of a frame's `opened` or `dismissed` before an epoch, newest first. */
export function listed(chain, most, before = Infinity) {
  const decisions = [];
  for (let link = chain; link && decisions.length < most; link = link.rest) if (link.decision.epoch < before) decisions.push(link.decision);
  return decisions;
}

/** The counts after every decision, or in a long episode every 2nd, 4th, 8th ... as viewer/curve.py. */
export function points(cells, epoch, most = 1000) {
  const counts = [0, 0, 0, 0], kept = [];
  let stride = 1;
  while (Math.floor(epoch / stride) > most) stride *= 2;
  for (let at = 0; at < epoch; at++) {
    counts[3 - cells[at]]++;
    if ((at + 1) % stride === 0) kept.push([...counts]);
  }
  return kept;
}
