"""What the page's charts say, read off their axes."""

import re

READ = "marks => marks.map(mark => [mark.getAttribute('y') - 4, mark.textContent])"


def values_drawn(page, chart, curve):
    """The values that a curve stands for; none where it is not drawn."""
    lines, marks = page.locator(f"#{chart} path.{curve}"), page.locator(f"#{chart} text.mark")
    if lines.count() == 0:
        return []
    share = curve.endswith(("performance", "ctr"))
    axis = [
        (float(y), float(re.sub("[+%]", "", words.replace("−", "-"))))
        for y, words in marks.evaluate_all(READ)
        if words.endswith("%") == share
    ]
    (low, least), (high, most) = axis[0], axis[-1]
    heights = map(float, re.findall(r"[\d.]+ ([\d.]+)", lines.get_attribute("d")))
    return [
        (least + (y - low) / (high - low) * (most - least)) / (100 if share else 1) for y in heights
    ]
