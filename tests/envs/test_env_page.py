"""The page of an environment that another process steps, in a real Chromium."""

import random

import pytest
from charts_support import values_drawn
from page_support import AGENT, ENDLESS


@pytest.mark.browser
def test_the_page_follows_the_environment(agent, open_page, see):
    import gym_push

    log, player = gym_push.bundled_log(), agent()
    page = open_page(player.url)
    see(page, "#epoch", "0 / 324")
    see(page, "#n-text", log.features(0, "notification")["tickerText"])

    actions = log.actions[:40].tolist()
    wrong = [1 - action if step % 4 == 0 else action for step, action in enumerate(actions)]
    assert player.act(*wrong) == 40
    see(page, "#epoch", "40 / 324")
    see(page, "#n-text", log.features(40, "notification")["tickerText"])
    see(page, "#chips", log.features(40, "context")["noise"])
    see(page, "#k-performance", "75.0%")
    see(page, "#k-reward", "+20")
    see(page, "#k-ctr", f"{sum(wrong) / 40:.1%}")
    see(page, "#k-user-ctr", f"{sum(actions) / 40:.1%}")
    see(page, "#d-agent", "open" if wrong[-1] else "dismiss")
    see(page, "#d-user", "opened" if actions[-1] else "dismissed")
    page.reload()
    for name, action in (("opened", 1), ("dismissed", 0)):
        epochs = [step + 1 for step, taken in enumerate(wrong) if taken == action][::-1]
        texts = [log.features(epoch - 1, "notification")["tickerText"] for epoch in epochs]
        see(page, f"#{name} li:first-child", f"#{epochs[0]} ")
        lines = page.locator(f"#{name} li bdi").all_inner_texts()
        assert [line.partition(" · ")[2] for line in lines] == texts


@pytest.mark.browser
@pytest.mark.parametrize("many", [False, True])
def test_the_curves_are_exact_however_fast_the_agent_is(agent, open_page, see, many):
    import gym_push

    code = """
import gymnasium, numpy, random, sys
from gym_push import viewer
many = {many}
random.seed(1)
env = (
    gymnasium.make_vec("gym_push:basic-v0", num_envs=2, render_mode="human")
    if many
    else gymnasium.make("gym_push:basic-v0", render_mode="human")
)
env.reset()
print(viewer.url(30), flush=True)
for step in range(40 * 325 + 100):
    action = random.getrandbits(1)
    if many:
        env.step(numpy.array([action, 0]))
    elif step % 325 == 324:
        env.reset()
    else:
        env.step(action)
sys.stdin.readline()
"""
    page = open_page(agent(code.replace("{many}", str(many))).url)
    see(page, "#epoch", "100 / 324")
    generator, actions = random.Random(1), gym_push.bundled_log().actions.tolist()
    ends = []
    for steps in [*[324] * 40, 100]:
        right = [generator.getrandbits(1) == user for user in actions[:steps]]
        ends.append(sum(right) / steps)
        if steps == 324:
            generator.getrandbits(1)  # the action that begins the next episode
    running = [sum(right[: end + 1]) / (end + 1) for end in range(100)]
    assert values_drawn(page, "curve", "performance") == pytest.approx(running, abs=0.001)
    assert values_drawn(page, "episodes", "performance") == pytest.approx(ends[:-1], abs=0.001)


@pytest.mark.browser
def test_a_step_on_the_page_is_a_step_of_the_environment(agent, open_page, see):
    page = open_page(agent(ENDLESS).url)
    see(page, "#status", "live")
    page.keyboard.press("Space")
    see(page, "#status", "paused")
    page.wait_for_timeout(500)
    epoch = int(page.locator("#epoch").inner_text().split(" / ")[0])
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        epoch = (epoch + 1) % 325  # after the last decision comes a reset
        see(page, "#epoch", f"{epoch} / 324")


@pytest.mark.browser
@pytest.mark.parametrize(("chosen", "number", "ctr"), [("", 1, "100.0%"), (", shown=2", 3, "0.0%")])
def test_the_page_shows_the_chosen_one_of_many_environments(
    agent, open_page, see, chosen, number, ctr
):
    import gym_push

    code = """
import gymnasium, numpy, sys
env = gymnasium.make_vec("gym_push:basic-v0", num_envs=3, render_mode="human"{chosen})
env.reset(seed=0)
from gym_push import viewer
print(viewer.url(30), flush=True)
for step in range(10):
    env.step(numpy.array([1, 0, 0]))
sys.stdin.readline()
"""
    page = open_page(agent(code.replace("{chosen}", chosen)).url)
    see(page, "#epoch", "10 / 324")
    see(page, "#k-ctr", ctr)
    see(page, "#tabs", f"basic-v0, {number} of 3")
    see(page, "#n-text", gym_push.bundled_log().features(10, "notification")["tickerText"])


@pytest.mark.browser
def test_hostile_text_is_shown_as_text(agent, open_page, see, tmp_path):
    evil = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>'
    log = tmp_path / "log.csv"
    cells = ",".join('"' + evil.replace('"', '""') + '"' for _ in range(4))
    log.write_text(f"text,app,mood,place,action\n{cells},1\n{cells},0\n{cells},1\n")
    schema = tmp_path / "log.toml"
    columns = 'text = "text", app = "label", mood = "label"'
    schema.write_text(f'notification = {{ {columns} }}\ncontext = ["place"]\n')
    code = AGENT.replace("**{kwargs}", f"data=gym_push.read_log({str(log)!r}, {str(schema)!r})")
    player = agent("import gym_push\n" + code)
    page = open_page(player.url)
    for place in ("#n-text", "#n-app", "#p-place"):
        see(page, place, evil)
    player.act(1, 0)
    see(page, "#epoch", "2 / 3")
    see(page, "#chips", evil)
    assert page.locator("main img").count() == 0
    assert page.title() == "agent · basic-v0 · gym-push"
    assert page.evaluate("() => window.broken") is None
