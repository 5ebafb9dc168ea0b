"""Every width from a small phone's to a large screen's, and runs that try a page's layout."""

import gymnasium
import pandas as pd

import gym_push

WIDTHS = sorted({*range(320, 1921, 40), 561, 1140, 1141})  # and where the page changes

# What is wrong with the page as it is: cards and parts of the header that overlap, a page that
# scrolls sideways, and numbers that are cut off or lie upon each other; on a phone also a score
# below the fold, and controls that are hard to hit.
FAULTS = r"""async () => {
    const PHONE = 480;  // px of its width, at most
    await new Promise(drawn => requestAnimationFrame(() => setTimeout(drawn)));  // the charts, too
    const faults = [];
    const shown = node => node.checkVisibility({visibilityProperty: true});
    const name = ({id, classList, localName}) =>
        id ? `#${id}` : [localName, ...classList].join('.');
    const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
    const findOverlaps = boxes => boxes.forEach(([one, box], at) => {
        for (const [other, its] of boxes.slice(at + 1)) {
            if (!meet(box, its) || one.contains(other)) continue;
            faults.push(`${name(one)} overlaps ${name(other)}`);
        }
    });

    const wide = document.documentElement.scrollWidth - innerWidth;
    if (wide > 0) faults.push(`the page scrolls sideways by ${wide} px`);

    for (const blocks of ['.card, .phone, #chips, header > *, #controls > *', '#timeline > *']) {
        const nodes = [...document.querySelectorAll(blocks)].filter(shown);
        findOverlaps(nodes.map(node => [node, node.getBoundingClientRect()]));
    }

    const numbers = new Map();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode, node = text.parentElement;
        if (!/\d/.test(text.data) || !shown(node)) continue;
        if (node.closest('bdi, .text, script, style, option, [role=tab]')) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        const box = range.getBoundingClientRect();
        for (let around = node; around !== document.body; around = around.parentElement) {
            const edge = around.getBoundingClientRect();
            const cuts = getComputedStyle(around).overflowX !== 'visible';
            if (!cuts && !around.matches('svg, .card, header, footer, #timeline')) continue;
            if (box.left < edge.left - 1 || box.right > edge.right + 1) {
                faults.push(`"${text.data.trim()}" reaches out of ${name(around)}`);
                break;
            }
        }
        if (!node.closest('ol, #timeline')) numbers.set(node, box);
    }
    findOverlaps([...numbers]);

    if (innerWidth > PHONE) return faults;
    const timeline = document.querySelector('#timeline')?.getBoundingClientRect();
    for (const node of [...document.querySelectorAll('.tiles, .card:has(#result)')].filter(shown)) {
        const {bottom} = node.getBoundingClientRect(), fold = timeline?.top ?? innerHeight;
        if (bottom > fold) faults.push(`the score ends ${bottom - fold} px below the fold`);
    }
    for (const node of [...document.querySelectorAll('button, input, select')].filter(shown)) {
        const {height} = node.getBoundingClientRect();
        if (height < 44) faults.push(`${name(node)} is ${height} px high`);
    }
    return faults;
}"""


def walk(page):
    """The faults of a page by width, from narrow to wide."""
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        if faults := page.evaluate(FAULTS):
            found[width] = faults
    return found


def readme_log():
    """The README's own example: an app, a text, and little else."""
    table = pd.DataFrame(
        {
            "app": ["mail", "chat", "chat", "news"] * 6,
            "text": ["Your order", "Lunch?", "Where are you?", "Rain tonight"] * 6,
            "place": ["home", "work"] * 12,
            "battery": range(76, 100),
            "opened": [1, 0, 1] * 8,
        }
    )
    schema = gym_push.Schema(
        notification=["app", "text"], context=["place", "battery"], action="opened"
    )
    return gym_push.read_log(table, schema)


def long_log():
    """Texts that are long, mixed, right to left or one word, and numbers with many digits."""
    texts = [
        "تذكير: اجتماع الفريق غدًا الساعة 10:30 في القاعة الكبيرة، يرجى الحضور مبكرًا",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2,
        "打ち合わせは明日の午前十時半から会議室で行いますのでよろしくお願いします🙂🙂🙂",
        "שלום: the meeting about https://example.org/" + "a" * 120 + " is מחר",
    ]
    table = pd.DataFrame(
        {
            "appPackage": ["org.example." + "averylongname" * 5, "com.whatsapp"] * 12,
            "tickerText": texts * 6,
            "category": ["recommendation" * 4, "msg"] * 12,
            "place": ["the place of " + "somebody " * 12, "בבית"] * 12,
            "distance": [123456789012.25, -0.5] * 12,
            "opened": [1, 0, 1] * 8,
        }
    )
    schema = gym_push.Schema(
        notification=["appPackage", "tickerText", "category"],
        context=["place", "distance"],
        action="opened",
    )
    return gym_push.read_log(table, schema)


def played(name, episodes=2, **options):
    """Returns what makes frames of an environment, and a snapshot amid the last of the episodes."""
    env = gymnasium.make(f"gym_push:{name}", **options).unwrapped
    env.action_space.seed(1)
    for episode in range(episodes):
        env.reset(seed=1)
        over, steps = False, 0
        while not over and (episode < episodes - 1 or steps < 20):
            *_, over, _, _ = env.step(env.action_space.sample())
            steps += 1
    return env.frame_builder(), env.snapshot()


RUNS = {
    "bundled": lambda: played("basic-v0", episodes=3),
    "README": lambda: played("basic-v0", data=readme_log()),
    "long": lambda: played("basic-v0", data=long_log()),
    "delivery": lambda: played("delivery-v0", population={"size": 2, "seed": 3}, days=2),
    "send": lambda: played("send-v0", population={"size": 2, "seed": 3}, days=9),
}
