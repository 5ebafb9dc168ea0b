"""Two recorded agents, for all who compare or look."""

import pytest
from recordings_support import by_contact, open_all, record_run


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """Two episodes of each agent, and the second's scores."""
    folder = tmp_path_factory.mktemp("recorded")
    scores = [
        record_run(folder / f"{name}.html", policy, episodes=2)[1]
        for name, policy in (("opener", open_all), ("contact", by_contact))
    ]
    return [folder / "opener.html", folder / "contact.html"], scores
