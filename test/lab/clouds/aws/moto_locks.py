"""Locks on copies, which moto does not know: snapshots of EBS, and images that are protected from deregistration."""

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.responses import EC2Response

_deregister_image = EC2Backend.deregister_image
_delete_snapshot = EC2Backend.delete_snapshot


def _locks(backend):
    return backend.__dict__.setdefault("snapshot_locks", {})


def lock_snapshot(self):
    mode, days = self._get_param("LockMode"), int(self._get_param("LockDuration") or 0)
    snapshot = self.ec2_backend.get_snapshot(self._get_param("SnapshotId"))
    if mode not in ("governance", "compliance") or not 1 <= days <= 36500:
        raise EC2ClientError("InvalidParameterValue", f"mode {mode}, {days} days")
    _locks(self.ec2_backend)[snapshot.id] = mode
    return ActionResult({"SnapshotId": snapshot.id, "LockState": mode, "LockDuration": days})


def unlock_snapshot(self):
    name = self._get_param("SnapshotId")
    if name not in _locks(self.ec2_backend):
        raise EC2ClientError("SnapshotLock.NotFound", f"The snapshot '{name}' is not locked")
    if _locks(self.ec2_backend)[name] == "compliance":
        raise EC2ClientError("UnsupportedOperation", f"The snapshot '{name}' is locked in compliance mode")
    del _locks(self.ec2_backend)[name]
    return ActionResult({"SnapshotId": name})


def describe_locked_snapshots(self):
    wanted = self._get_param("SnapshotIds", [])
    return ActionResult({"Snapshots": [{"SnapshotId": name, "LockState": mode} for name, mode in _locks(self.ec2_backend).items() if not wanted or name in wanted]})


def enable_image_deregistration_protection(self):
    self.ec2_backend.describe_images(ami_ids=[self._get_param("ImageId")])[0].deregistration_protection = "enabled-without-cooldown"
    return ActionResult({"Return": "true"})


def disable_image_deregistration_protection(self):
    self.ec2_backend.describe_images(ami_ids=[self._get_param("ImageId")])[0].deregistration_protection = "disabled"
    return ActionResult({"Return": "true"})


def deregister_image(self, ami_id, *more, **named):
    if getattr(self.amis.get(ami_id), "deregistration_protection", "disabled") != "disabled":
        raise EC2ClientError("OperationNotPermitted", f"The AMI '{ami_id}' is protected from deregistration")
    return _deregister_image(self, ami_id, *more, **named)


def delete_snapshot(self, snapshot_id):
    if snapshot_id in _locks(self):
        raise EC2ClientError("SnapshotLocked", f"The snapshot '{snapshot_id}' is locked")
    return _delete_snapshot(self, snapshot_id)


for one in (lock_snapshot, unlock_snapshot, describe_locked_snapshots, enable_image_deregistration_protection, disable_image_deregistration_protection):
    setattr(EC2Response, one.__name__, one)
EC2Backend.deregister_image = deregister_image
EC2Backend.delete_snapshot = delete_snapshot
