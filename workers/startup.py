"""What a worker makes sure of before it takes work: the flow file fits the NetSuite account."""

import logging

from celery.signals import celeryd_after_setup
from redis.exceptions import RedisError

from app.errors import ConfigurationError, SyncError
from app.netsuite.metadata import customer_schema, problems
from app.services import Services
from app.transport import run_of
from workers.celery import told_without_traceback
from workers.stage import get_services

log = logging.getLogger(__name__)

_SECONDS = 10.0
"""A service that does not answer must not keep the worker from starting for longer."""


@celeryd_after_setup.connect
def hold_flow_against_netsuite(**_: object) -> None:
    """Ends the worker with status 2, each problem said, if a rule does not fit.

    Exceptions of a signal's receiver are only logged by Celery; SystemExit gets through.
    """
    with told_without_traceback():
        validate(get_services())


def validate(services: Services) -> None:
    """Holds the flow file against NetSuite's Customer fields; what cannot be asked now is said in
    the log, and left to the errors of the writes.

    Raises:
        ConfigurationError: a rule does not fit them; names each.
    """
    try:
        with run_of(_SECONDS):
            schema = customer_schema(services.netsuite)
    except RedisError:  # the call would have to take its turn there
        log.warning("The flow file was not held against NetSuite: Redis does not answer.")
    except SyncError as failed:
        log.warning("The flow file was not held against NetSuite: %s", failed)
    else:
        wrong = problems(services.flow, schema)
        if wrong:
            raise ConfigurationError([f"FLOW_FILE: {problem}" for problem in wrong])
