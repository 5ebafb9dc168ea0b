// The data of a recording → the frames of its run. The counterpart of recordings/tape.py: what a line
// does not say is as expected after the frame before. Only `inflated` needs a browser.

export async function inflated(base64) {
  const bytes = Uint8Array.from(atob(base64), char => char.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'))).text();
}

/** All frames of a recording, with some differences. Those of basic-v0 have `cells`, the decisions of
    the whole episode, and lists that go back to its beginning: see `listed`. Those of delivery-v0 have
    the `story` of the episode, the same in all its frames, and where in it they are: see `told`. */
export function frames(text) {
  const notifications = table(1), contexts = table(0);
  let before = {}, names = [];
  return text.trimEnd().split('\n').slice(1).map(row => {
    const line = JSON.parse(row), begins = 'episode' in line;
    names = line.names ?? names;
    const {head: [posted], features: notification} = notifications(line.notification, names[0]);
    const {features: context} = contexts(line.context, names[1]);
    const kind = line.kind ?? before.kind, decided = [...line.decided ?? ''].map(Number);
    const same = {kind, env: before.env, user: before.user, units: before.units, own_names: before.own_names, episode: before.episode};
    const frame = {...same, ...EXPECTED[kind](before, begins, decided, line), ...line, notification, context, posted};
    if (kind === 'delivery') place(frame, line.points, decided.length);
    frame.episodes = line.episodes ? (before.episodes ?? []).slice(0, line.episodes[0]).concat(line.episodes.slice(1)) : before.episodes ?? [];
    if (kind === 'basic') for (const name of ['opened', 'dismissed']) if (name in line) frame[name] = chained(line[name], begins ? null : before[name]);
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

const EXPECTED = {basic: answers, delivery: deliveries};

function answers(before, begins, decided) {
  const {size} = before;
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
    size, cells, epoch, confusion, decision, opened, dismissed,
    performance: share(right),
    ctr: share(confusion[0] + confusion[1]),
    user_ctr: share(confusion[0] + confusion[2]),
    reward: 2 * right - epoch,
  };
}

const NO_DELIVERIES = {epoch: 0, held: 0, delivered: 0, suppressed: 0, opened: 0, dismissed: 0, ignored: 0, reward: 0, parts: [0, 0, 0, 0], decision: null};

function deliveries(before, begins, decided, {known = [], lines}) {
  const was = begins ? NO_DELIVERIES : before, story = begins ? {decisions: [], known: [], points: []} : before.story;
  const outcomes = known.map(outcome => outcome % 4), count = (all, one) => all.filter(each => each === one).length;
  decided.forEach((action, at) => {
    const {notification, posted} = lines?.[at] ?? before;
    story.decisions.push({epoch: story.decisions.length + 1, action, notification, posted});
  });
  known.forEach((outcome, at) => story.known.push([Math.floor(outcome / 4) + 1, outcomes[at]]));
  return {
    story, minutes: before.minutes, gained: 0, held: was.held, reward: was.reward, parts: was.parts,
    epoch: was.epoch + decided.length,
    delivered: was.delivered + count(decided, 0),
    suppressed: was.suppressed + count(decided, 2),
    opened: was.opened + count(outcomes, 1),
    dismissed: was.dismissed + count(outcomes, 2),
    ignored: was.ignored + count(outcomes, 3),
    decision: decided.length ? story.decisions.at(-1) : was.decision,
  };
}

/** Adds to a frame of delivery-v0 what follows from its fields, and its place in the story. */
function place(frame, points, decided) {
  const {story, minute, reward, opened, dismissed, ignored} = frame;
  frame.acted_on = opened + dismissed + ignored;
  frame.ctr = frame.acted_on ? opened / frame.acted_on : null;
  points ??= decided ? [minute, reward, frame.acted_on, opened] : [];
  for (let at = 0; at < points.length; at += 4) story.points.push(points.slice(at, at + 4));
  frame.at = {decisions: story.decisions.length, known: story.known.length, points: story.points.length};
}

/** The decisions of a frame of delivery-v0 for an action before an epoch, newest first, as they stand in it. */
export function told({story, at}, action, most, before = Infinity) {
  const known = new Map(story.known.slice(0, at.known)), found = [];
  for (let epoch = Math.min(at.decisions, before - 1); epoch > 0 && found.length < most; epoch--) {
    const decision = story.decisions[epoch - 1];
    if (decision.action === action) found.push({...decision, outcome: known.get(epoch) ?? 0});
  }
  return found;
}

/** The decisions of which it became known last what they led to, newest first. */
export function lately({story, at}, most) {
  return story.known.slice(Math.max(0, at.known - most), at.known).reverse().map(([epoch, outcome]) => ({...story.decisions[epoch - 1], outcome}));
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

/** After every how many decisions there is a point: in a long episode 2, 4, 8 ... as in viewer/curve.py. */
function strideOf(epoch, most) {
  let stride = 1;
  while (Math.floor(epoch / stride) > most) stride *= 2;
  return stride;
}

/** The points of a frame of delivery-v0. */
export function measured({story, at}, most = 1000) {
  const stride = strideOf(at.points, most);
  return story.points.slice(0, at.points).filter((_, place) => (place + 1) % stride === 0);
}

/** The counts after every decision of basic-v0, or after some. */
export function points(cells, epoch, most = 1000) {
  const counts = [0, 0, 0, 0], kept = [], stride = strideOf(epoch, most);
  for (let at = 0; at < epoch; at++) {
    counts[3 - cells[at]]++;
    if ((at + 1) % stride === 0) kept.push([...counts]);
  }
  return kept;
}
