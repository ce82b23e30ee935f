"""Kinds that moto has nothing of, from the services' API references: placement groups, the names of addresses, cache policies, web ACLs of a CDN."""

from moto.cloudfront import urls
from moto.cloudfront.models import CloudFrontBackend, cloudfront_backends
from moto.cloudfront.responses import CloudFrontResponse
from moto.core.exceptions import JsonRESTError, ServiceException
from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses import EC2Response
from moto.moto_api import state_manager
from moto.moto_api._internal import mock_random
from moto.route53.models import route53_backends
from moto.wafv2.models import WAFV2Backend, wafv2_backends

# -- Placement groups


def _groups(self):
    return self.ec2_backend.__dict__.setdefault("placement_groups", {})


def create_placement_group(self):
    name, strategy = self._get_param("GroupName"), self._get_param("Strategy")
    if name in _groups(self):
        raise EC2ClientError("InvalidPlacementGroup.Duplicate", f"The Placement Group '{name}' already exists.")
    if strategy not in ("cluster", "spread", "partition") or (strategy != "partition" and self._get_param("PartitionCount")):
        raise EC2ClientError("InvalidParameterValue", f"Invalid strategy: {strategy}")
    tags = self._parse_tag_specification().get("placement-group", {})
    group = {
        "GroupName": name, "GroupId": f"pg-{mock_random.get_random_hex(17)}", "State": "available", "Strategy": strategy,
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    }  # fmt: skip
    _groups(self)[name] = group
    return ActionResult({"PlacementGroup": group})


def describe_placement_groups(self):
    found = list(_groups(self).values())
    for one in self._get_param("Filters", []):
        key, values = one["Name"], one["Values"]
        if key.startswith("tag:"):
            found = [g for g in found if any(t["Key"] == key[4:] and t["Value"] in values for t in g["Tags"])]
        elif key == "state":
            found = [g for g in found if g["State"] in values]
        else:
            raise EC2ClientError("InvalidParameterValue", f"The filter '{key}' is invalid")
    return ActionResult({"PlacementGroups": found})


def delete_placement_group(self):
    name = self._get_param("GroupName")
    if name not in _groups(self):
        raise EC2ClientError("InvalidPlacementGroup.Unknown", f"The Placement Group '{name}' is unknown.")
    held = [one for one in self.ec2_backend.all_instances() if one.placement.group_name == name and one.state != "terminated"]
    if held:
        raise EC2ClientError("InvalidPlacementGroup.InUse", f"The placement group {name} is in use and may not be deleted.")
    del _groups(self)[name]
    return ActionResult({})


_run_instances = EC2Response.run_instances


def run_instances(self):
    name = self._get_param("Placement.GroupName")
    if name and name not in _groups(self):
        raise EC2ClientError("InvalidPlacementGroup.Unknown", f"The Placement Group '{name}' is unknown.")
    # Of the strategies, only a cluster is closed to what is not made for it.
    if name and _groups(self)[name]["Strategy"] == "cluster" and self._get_param("InstanceType", "").startswith("t"):
        raise EC2ClientError("InvalidParameterCombination", f"Placement groups of strategy cluster take no {self._get_param('InstanceType')}")
    answer = _run_instances(self)
    for one in list(self.ec2_backend.reservations.values())[-1].instances:
        one.placement.group_name = name or ""
    return answer


# -- The name that an address answers with


def _named(address):
    name = address.__dict__.get("ptr")
    return {"PublicIp": address.public_ip, "AllocationId": address.allocation_id, **({"PtrRecord": name} if name else {})}


def describe_addresses_attribute(self):
    return ActionResult({"Addresses": [_named(one) for one in self.ec2_backend.describe_addresses(self._get_param("AllocationIds", []))]})


def modify_address_attribute(self):
    [address] = self.ec2_backend.describe_addresses([self._get_param("AllocationId")])
    name = self._get_param("DomainName").rstrip(".") + "."
    zones = route53_backends[self.current_account]["aws"].zones.values()
    records = [record for zone in zones for record in zone.rrsets if record.type == "A" and record.name.rstrip(".") + "." == name]
    if not any(address.public_ip in record.records for record in records):
        raise EC2ClientError("InvalidParameterValue", f"{name} does not resolve to {address.public_ip}")
    address.ptr = name
    return ActionResult({"Address": _named(address)})


def reset_address_attribute(self):
    [address] = self.ec2_backend.describe_addresses([self._get_param("AllocationId")])
    address.__dict__.pop("ptr", None)
    return ActionResult({"Address": _named(address)})


for method in (
    create_placement_group, describe_placement_groups, delete_placement_group, run_instances,
    describe_addresses_attribute, modify_address_attribute, reset_address_attribute,
):  # fmt: skip
    setattr(EC2Response, method.__name__, method)

# -- Cache policies, and what CloudFront lets nobody delete

# A distribution is everywhere the second time it is looked at; the CLI would wait a minute between the looks.
state_manager.set_transition("cloudfront::distribution", {"progression": "immediate"})
ONE = "distribution/(?P<distribution_id>[^/]+)"
for path in ("cache-policy$", "cache-policy/(?P<policy_id>[^/]+)$", ONE + "/associate-web-acl$", ONE + "/disassociate-web-acl$"):
    urls.url_paths["{0}/2020-05-31/" + path] = CloudFrontResponse.dispatch


def _policies(self):
    return self.backend.__dict__.setdefault("cache_policies", {})


def _policy(self):
    found = _policies(self).get(self._get_param("Id"))
    if found is None:
        raise ServiceException("NoSuchCachePolicy", "The cache policy does not exist.")
    return found


def create_cache_policy(self):
    config = self._get_param("CachePolicyConfig")
    if any(one["CachePolicy"]["CachePolicyConfig"]["Name"] == config["Name"] for one in _policies(self).values()):
        raise ServiceException("CachePolicyAlreadyExists", f"A cache policy named {config['Name']} exists")
    if not 0 <= int(config["MinTTL"]) <= int(config["DefaultTTL"]) <= int(config["MaxTTL"]):
        raise ServiceException("InvalidArgument", "MinTTL, DefaultTTL and MaxTTL have to grow in that order")
    made = {"CachePolicy": {"Id": mock_random.get_random_hex(12), "LastModifiedTime": "2026-11-23T00:00:00Z", "CachePolicyConfig": config}, "ETag": "E1"}
    _policies(self)[made["CachePolicy"]["Id"]] = made
    return ActionResult(made)


def list_cache_policies(self):
    items = [{"Type": "custom", "CachePolicy": one["CachePolicy"]} for one in _policies(self).values()]
    return ActionResult({"CachePolicyList": {"MaxItems": 100, "Quantity": len(items), **({"Items": items} if items else {})}})


def get_cache_policy(self):
    return ActionResult(_policy(self))


def delete_cache_policy(self):
    own = _policy(self)["CachePolicy"]["Id"]
    if self._get_param("IfMatch") != _policy(self)["ETag"]:
        raise ServiceException("PreconditionFailed", "If-Match")
    if any(one.distribution_config.DefaultCacheBehavior.cache_policy_id == own for one in self.backend.distributions.values()):
        raise ServiceException("CachePolicyInUse", "The cache policy is attached to a distribution.")
    del _policies(self)[own]
    return ActionResult({})




def _guarded(self, arn):
    """Of the distribution, which has to be the one that was looked at."""
    found, etag = self.backend.get_distribution(self._get_param("Id"))
    if self._get_param("IfMatch") != etag:
        raise ServiceException("InvalidIfMatchVersion", "The If-Match version is missing or not valid for the resource.")
    found.distribution_config.WebACLId = arn
    return ActionResult({"Id": found.id, "WebACLArn": arn, "ETag": etag})


def associate_distribution_web_acl(self):
    arn = self._get_param("WebACLArn")
    if arn not in wafv2_backends[self.current_account]["global"].wacls or ":global/webacl/" not in arn:
        raise ServiceException("EntityNotFound", f"There is no web ACL {arn}")
    return _guarded(self, arn)


def disassociate_distribution_web_acl(self):
    return _guarded(self, "")


for method in (
    create_cache_policy, list_cache_policies, get_cache_policy, delete_cache_policy,
    associate_distribution_web_acl, disassociate_distribution_web_acl,
):  # fmt: skip
    setattr(CloudFrontResponse, method.__name__, method)

_create_distribution = CloudFrontBackend.create_distribution
_delete_distribution = CloudFrontBackend.delete_distribution
_delete_origin_access_control = CloudFrontBackend.delete_origin_access_control


def create_distribution(self, distribution_config, tags):
    policy = distribution_config["DefaultCacheBehavior"].get("CachePolicyId")
    if policy not in self.__dict__.get("cache_policies", {}):
        raise ServiceException("NoSuchCachePolicy", f"The cache policy {policy} does not exist.")
    controls = {origin.get("OriginAccessControlId") for origin in distribution_config["Origins"]["Items"]} - {None, ""}
    if controls - set(self.origin_access_controls):
        raise ServiceException("InvalidOriginAccessControl", "The origin access control does not exist.")
    made = _create_distribution(self, distribution_config, tags)
    made[0].access_controls = controls
    return made


def delete_distribution(self, distribution_id, if_match):
    found = self.distributions.get(distribution_id)
    if found is not None and found.distribution_config.Enabled in (True, "true"):
        raise ServiceException("DistributionNotDisabled", "The distribution you are trying to delete has not been disabled.")
    _delete_distribution(self, distribution_id, if_match)


def delete_origin_access_control(self, control_id):
    if any(control_id in one.access_controls for one in self.distributions.values()):
        raise ServiceException("OriginAccessControlInUse", "The origin access control is attached to a distribution.")
    _delete_origin_access_control(self, control_id)


_delete_web_acl = WAFV2Backend.delete_web_acl


def delete_web_acl(self, name, scope, _id, lock_token):
    acl = next((one for one in self.wacls.values() if one.id == _id), None)
    fronts = cloudfront_backends[self.account_id]["aws"].distributions.values()
    if acl and any(one.distribution_config.WebACLId == acl.arn for one in fronts):
        raise JsonRESTError("WAFAssociatedItemException", "AWS WAF couldn’t perform the operation because your resource is being used")
    return _delete_web_acl(self, name, scope, _id, lock_token)


WAFV2Backend.delete_web_acl = delete_web_acl
CloudFrontBackend.create_distribution = create_distribution
CloudFrontBackend.delete_distribution = delete_distribution
CloudFrontBackend.delete_origin_access_control = delete_origin_access_control
