"""The recycle bin and merges: what goes with a record when it goes."""

from collections.abc import Sequence

from simulators.salesforce.errors import ApiError
from simulators.salesforce.org import Org
from simulators.salesforce.records import live
from simulators.salesforce.schema import SObject
from simulators.salesforce.transaction import Transaction


def delete(transaction: Transaction, sobject: SObject, record_id: str) -> None:
    """Into the recycle bin; what cascades goes too, other references to it become null.

    Raises:
        ApiError: ENTITY_IS_DELETED or NOT_FOUND.
    """
    org = transaction.org
    record = live(org, sobject, record_id)
    for child_object, field in org.schema.references_to(sobject.name):
        for child_id in sorted(org.store.referrers(child_object.name, field.name, record_id)):
            child = org.store.get(child_object.name, child_id)
            if child is None or child.get("IsDeleted") or field.children is None:
                continue
            if field.cascade:
                delete(transaction, child_object, child_id)
            else:
                orphan = transaction.stamped(child, {field.name: None})
                transaction.write(child_object, child_id, orphan, "UPDATE")
    gone = {**record, "IsDeleted": True, "SystemModstamp": transaction.now}
    transaction.write(sobject, record_id, gone, "DELETE")


def undelete(transaction: Transaction, sobject: SObject, record_id: str) -> None:
    """Out of the recycle bin; what was deleted with it at the same moment comes back too.

    Raises:
        ApiError: NOT_FOUND, or UNDELETE_FAILED if it is not in the bin.
    """
    org = transaction.org
    record = org.store.get(sobject.name, record_id)
    if record is None:
        raise ApiError("NOT_FOUND")
    if not record.get("IsDeleted"):
        raise ApiError("UNDELETE_FAILED", "Entity is not in the recycle bin", fields=[])
    back = transaction.stamped(record, {"IsDeleted": False, "MasterRecordId": None})
    transaction.write(sobject, record_id, back, "UNDELETE")
    for child_object, field in org.schema.references_to(sobject.name):
        if not field.cascade:
            continue
        for child_id in sorted(org.store.referrers(child_object.name, field.name, record_id)):
            child = org.store.get(child_object.name, child_id)
            together = child is not None and child["SystemModstamp"] == record["SystemModstamp"]
            if child is not None and child.get("IsDeleted") and together:
                undelete(transaction, child_object, child_id)


def erase(transaction: Transaction, sobject: SObject, record_id: str) -> None:
    """Delete for good, past the recycle bin: no event tells of it.

    Raises:
        ApiError: NOT_FOUND.
    """
    org = transaction.org
    if org.store.get(sobject.name, record_id) is None:
        raise ApiError("NOT_FOUND")
    for child_object, field in org.schema.references_to(sobject.name):
        for child_id in sorted(org.store.referrers(child_object.name, field.name, record_id)):
            child = org.store.get(child_object.name, child_id)
            if field.cascade:
                erase(transaction, child_object, child_id)
            elif child is not None:
                transaction.write(child_object, child_id, {**child, field.name: None}, "")
    transaction.write(sobject, record_id, None, "")


def merge(transaction: Transaction, winner_id: str, loser_ids: Sequence[str]) -> None:
    """Merge accounts: losers are deleted with MasterRecordId set, their children move silently.

    Raises:
        ApiError: a record is missing, or not one or two losers are given.
    """
    org = transaction.org
    account = org.schema.objects["Account"]
    if not 1 <= len(loser_ids) <= 2 or winner_id in loser_ids:
        raise ApiError("INVALID_NUMBER_OF_MERGE_RECORDS", "A merge takes one or two losers")
    winner = live(org, account, winner_id)
    for loser_id in loser_ids:
        loser = live(org, account, loser_id)
        _move_children(transaction, account, loser_id, winner_id)
        marks = {"IsDeleted": True, "MasterRecordId": winner_id, "SystemModstamp": transaction.now}
        transaction.write(account, loser_id, {**loser, **marks}, "DELETE")
        missing = {k: v for k, v in loser.items() if winner.get(k) is None and k != "ParentId"}
        winner = transaction.stamped(winner, missing)
    transaction.write(account, winner_id, winner, "MERGE")


def _move_children(
    transaction: Transaction, account: SObject, loser_id: str, winner_id: str
) -> None:
    org: Org = transaction.org
    for child_object, field in org.schema.references_to(account.name):
        if field.children is None:
            continue
        for child_id in sorted(org.store.referrers(child_object.name, field.name, loser_id)):
            child = org.store.get(child_object.name, child_id)
            if child is not None and not child.get("IsDeleted"):
                target = None if child_id == winner_id else winner_id
                moved = {**child, field.name: target, "SystemModstamp": transaction.now}
                transaction.write(child_object, child_id, moved, "")
