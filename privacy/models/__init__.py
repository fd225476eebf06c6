"""What an institution promised about its data, and the record of what was deleted; a module a theme."""

from privacy.models.purges import PurgedThing as PurgedThing
from privacy.models.purges import PurgeRun as PurgeRun
from privacy.models.requests import RequestKind as RequestKind
from privacy.models.requests import RequestState as RequestState
from privacy.models.requests import SubjectRequest as SubjectRequest
from privacy.models.requests import Tombstone as Tombstone
