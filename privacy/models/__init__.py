"""What an institution promised about its data, and the record of what was deleted; a module a theme."""

from privacy.models.purges import PurgedThing as PurgedThing
from privacy.models.purges import PurgeRun as PurgeRun
