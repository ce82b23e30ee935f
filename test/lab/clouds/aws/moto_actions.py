"""What moto lacks of the actions: root volumes that are replaced, groups whose servers are. Both are done when they are asked for."""

from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.responses import EC2Response
from moto.eks.exceptions import InvalidRequestException
from moto.eks.models import EKSBackend
from moto.eks.responses import EKSResponse
from moto.rds.exceptions import DBInstanceAlreadyExists
from moto.rds.models import RDSBackend


def create_replace_root_volume_task(self):
    ec2 = self.ec2_backend
    instance = ec2.get_instance(self._get_param("InstanceId"))
    [image] = ec2.describe_images(ami_ids=[self._get_param("ImageId")])
    if instance.state != "running":
        raise EC2ClientError("IncorrectInstanceState", f"The instance '{instance.id}' is not in the 'running' state")
    device = "/dev/sda1" if "/dev/sda1" in instance.block_device_mapping else sorted(instance.block_device_mapping)[-1]
    old = ec2.get_volume(instance.block_device_mapping[device].volume_id)
    fresh = ec2.create_volume(size=old.size, zone_name=instance.placement, encrypted=old.encrypted, volume_type=old.volume_type)
    ec2.detach_volume(old.id, instance.id, device)
    ec2.attach_volume(fresh.id, instance.id, device, delete_on_termination=True)
    if self._get_bool_param("DeleteReplacedRootVolume"):
        ec2.delete_volume(old.id)
    tags = self._parse_tag_specification().get("replace-root-volume-task", {})
    tasks = ec2.__dict__.setdefault("root_tasks", [])
    task = {
        "ReplaceRootVolumeTaskId": f"replacevol-{len(tasks):017x}", "InstanceId": instance.id, "ImageId": image.id,
        "TaskState": "succeeded", "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    }  # fmt: skip
    tasks.append(task)
    return ActionResult({"ReplaceRootVolumeTask": task})


def describe_replace_root_volume_tasks(self):
    filters = {one["Name"]: one["Values"] for one in self._get_param("Filters", [])}
    if set(filters) - {"instance-id"}:
        raise EC2ClientError("InvalidParameterValue", f"filters here: instance-id, not {sorted(filters)}")
    tasks = self.ec2_backend.__dict__.get("root_tasks", [])
    return ActionResult({"ReplaceRootVolumeTasks": [one for one in tasks if one["InstanceId"] in filters.get("instance-id", [one["InstanceId"]])]})


EC2Response.create_replace_root_volume_task = create_replace_root_volume_task
EC2Response.describe_replace_root_volume_tasks = describe_replace_root_volume_tasks


def start_instance_refresh(self):
    group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
    wanted = group.instance_type
    for state in list(group.instance_states):
        if state.instance.instance_type != wanted:
            self.autoscaling_backend.terminate_instance(state.instance.id, False)
    return ActionResult({"InstanceRefreshId": "refresh"})


AutoScalingResponse.start_instance_refresh = start_instance_refresh

_update_cluster_config = EKSResponse.update_cluster_config
_delete_cluster = EKSBackend.delete_cluster


def update_cluster_config(self):
    """Clusters that are protected from deletion are not known to moto."""
    on = self._get_param("deletionProtection")
    if on is None:
        return _update_cluster_config(self)
    self.eks_backend.describe_cluster(name=self._get_param("name")).deletion_protection = on
    return ActionResult({"update": {"id": "update", "status": "InProgress"}})


def delete_cluster(self, name):
    if name in self.clusters and getattr(self.clusters[name], "deletion_protection", False):
        raise InvalidRequestException(clusterName=name, nodegroupName=None, addonName=None, message="Cannot delete a cluster with deletion protection enabled")
    return _delete_cluster(self, name)


EKSResponse.update_cluster_config = update_cluster_config
EKSBackend.delete_cluster = delete_cluster

_modify_instance_attribute = EC2Backend.modify_instance_attribute
_detach_volume = EC2Backend.detach_volume
_modify_volume = EC2Backend.modify_volume
_modify_db_instance = RDSBackend.modify_db_instance


def modify_instance_attribute(self, instance_id, key, value):
    if key == "instance_type" and self.get_instance(instance_id).state != "stopped":
        raise EC2ClientError("IncorrectInstanceState", f"The instance '{instance_id}' is not in the 'stopped' state.")
    return _modify_instance_attribute(self, instance_id, key, value)


def modify_volume(self, volume_id, target_size=None, *more):
    if target_size is not None and target_size < self.get_volume(volume_id).size:
        raise EC2ClientError("InvalidParameterValue", "New size cannot be smaller than existing size")
    return _modify_volume(self, volume_id, target_size, *more)


def modify_db_instance(self, db_instance_identifier, db_kwargs):
    if db_kwargs.get("new_db_instance_identifier", "") in self.databases:
        raise DBInstanceAlreadyExists()
    return _modify_db_instance(self, db_instance_identifier, db_kwargs)


def detach_volume(self, volume_id, instance_id, device_path):
    """Which instance has it need not be said."""
    attachment = self.get_volume(volume_id).attachment
    return _detach_volume(self, volume_id, instance_id or (attachment and attachment.instance.id), device_path)


EC2Backend.detach_volume = detach_volume
EC2Backend.modify_instance_attribute = modify_instance_attribute
EC2Backend.modify_volume = modify_volume
RDSBackend.modify_db_instance = modify_db_instance
