"""Real decisions in: one's own phone, and public data sets, as logs that `read_log` reads.

`import_log`, or `gym-push import`, reads files of one of the `FORMATS`, writes a log and its
schema, and says in numbers what it left out. No data come with the package.
"""

from gym_push.logs.importing.formats import FORMATS, Format
from gym_push.logs.importing.importer import Imported, import_log
from gym_push.logs.importing.keys import usual_key

__all__ = ["FORMATS", "Format", "Imported", "import_log", "usual_key"]
