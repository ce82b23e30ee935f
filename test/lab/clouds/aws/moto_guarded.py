"""What AWS refuses of proxies, web ACLs and health checks and moto lets through, from the services' API references."""

from moto.core.exceptions import JsonRESTError, ServiceException
from moto.rds.exceptions import DBProxyNotFoundFault
from moto.rds.models import RDSBackend
from moto.route53.models import Route53Backend
from moto.secretsmanager.models import secretsmanager_backends
from moto.wafv2.models import WAFV2Backend

_create_health_check = Route53Backend.create_health_check
_create_web_acl = WAFV2Backend.create_web_acl
_associate_web_acl = WAFV2Backend.associate_web_acl
_delete_web_acl = WAFV2Backend.delete_web_acl
_create_db_proxy = RDSBackend.create_db_proxy
_register_db_proxy_targets = RDSBackend.register_db_proxy_targets


def create_health_check(self, caller_reference, health_check_args):
    """A caller reference is never taken twice; a check is of a name or of an address, of at most 255 characters of path."""
    used = self.__dict__.setdefault("caller_references", set())
    if caller_reference in used or len(caller_reference) > 64:
        raise ServiceException("HealthCheckAlreadyExists", f"A health check with caller reference {caller_reference} was created before")
    of = [health_check_args.get(key) for key in ("fqdn", "ip_address")]
    path = health_check_args.get("resource_path") or ""
    if health_check_args["type"] not in ("HTTP", "HTTPS") or not any(of) or not path.startswith("/") or len(path) > 255:
        raise ServiceException("InvalidInput", f"Invalid health check: {health_check_args}")
    if health_check_args.get("request_interval") not in (10, 30) or not 1 <= health_check_args.get("failure_threshold", 0) <= 10:
        raise ServiceException("InvalidInput", f"Invalid interval or threshold: {health_check_args}")
    used.add(caller_reference)
    return _create_health_check(self, caller_reference, health_check_args)


def create_web_acl(self, name, visibility_config, default_action, scope, description, tags, rules, *more):
    """CloudFront's are made in us-east-1 alone; priorities differ; a group of rules has an override, a rule of one's own an action."""
    priorities = [rule["Priority"] for rule in rules]
    for rule in rules:
        [kind] = rule["Statement"]
        if ("OverrideAction" in rule) != (kind == "ManagedRuleGroupStatement") or ("Action" in rule) == ("OverrideAction" in rule):
            raise JsonRESTError("WAFInvalidParameterException", f"rule {rule['Name']} has the wrong kind of action")
        if kind == "RateBasedStatement" and not 10 <= rule["Statement"][kind]["Limit"] <= 2_000_000_000:
            raise JsonRESTError("WAFInvalidParameterException", "Limit")
    if len(set(priorities)) != len(priorities) or len({rule["Name"] for rule in rules}) != len(rules):
        raise JsonRESTError("WAFInvalidParameterException", "priorities and names of rules have to differ")
    return _create_web_acl(self, name, visibility_config, default_action, scope, description, tags, rules, *more)


def associate_web_acl(self, web_acl_arn, resource_arn):
    """A load balancer has one at most, and has to be an application load balancer. CloudFront is not told in this way."""
    if ":loadbalancer/app/" not in resource_arn:
        raise JsonRESTError("WAFInvalidParameterException", f"The ARN isn't valid: {resource_arn}")
    self.disassociate_web_acl(resource_arn)
    return _associate_web_acl(self, web_acl_arn, resource_arn)


def delete_web_acl(self, name, scope, _id, lock_token):
    acl = next((one for one in self.wacls.values() if one.id == _id), None)
    if acl and acl.associated_resources:
        raise JsonRESTError("WAFAssociatedItemException", "AWS WAF couldn’t perform the operation because your resource is being used")
    return _delete_web_acl(self, name, scope, _id, lock_token)


def create_db_proxy(self, auth, **more):
    """The secrets have to be there."""
    secrets = secretsmanager_backends[self.account_id][self.region_name].secrets
    for one in auth:
        if one.get("AuthScheme") != "SECRETS" or not any(secret.arn == one.get("SecretArn") for secret in secrets.values()):
            raise ServiceException("InvalidParameterValue", f"There is no secret {one.get('SecretArn')}")
    return _create_db_proxy(self, auth=auth, **more)


def register_db_proxy_targets(self, db_proxy_name, target_group_name, db_cluster_identifiers, db_instance_identifiers):
    proxy = self.db_proxies.get(db_proxy_name)
    if proxy is None:
        raise DBProxyNotFoundFault(db_proxy_name)
    there = [one.rds_resource_id for one in proxy.proxy_target_groups["default"].targets]
    for name in db_instance_identifiers:
        if name not in self.databases:
            raise ServiceException("DBInstanceNotFound", f"DBInstance {name} not found.")
        if name in there:
            raise ServiceException("DBProxyTargetAlreadyRegisteredFault", f"{name} is registered with {db_proxy_name} already")
    return _register_db_proxy_targets(self, db_proxy_name, target_group_name, db_cluster_identifiers, db_instance_identifiers)


Route53Backend.create_health_check = create_health_check
WAFV2Backend.create_web_acl = create_web_acl
WAFV2Backend.associate_web_acl = associate_web_acl
WAFV2Backend.delete_web_acl = delete_web_acl
RDSBackend.create_db_proxy = create_db_proxy
RDSBackend.register_db_proxy_targets = register_db_proxy_targets
