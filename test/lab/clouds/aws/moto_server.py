"""AWS on loopback: moto, with what a lab needs around it.

    python3 moto_server.py FOLDER REGION...

Prints its port on a line of its own. It answers one request at a time and ends when its standard input does.

FOLDER/requests holds a line of JSON for each request that came from outside. While FOLDER/refusals is there, requests
are refused as it says: a list of {"service", "action", "status", "code", "message", "drop", "hang", "lose", "times"}, of which
`service` and `action` are regular expressions. `drop` closes the connection instead of answering; `hang` leaves it open; `lose`
closes it after the request was carried out, as when an answer is lost on its way.

    GET  /lab/state          what there is (state.py)
    POST /lab/reset          forgets everything
    POST /lab/keep?as=N      keeps what there is now
    POST /lab/bring?back=N   brings back what was kept
    POST /lab/drop           forgets all that was kept
"""

import contextlib
import gc
import io
import json
import os
import re
import signal
import socket
import sys
import traceback
from urllib.parse import parse_qs

import boto3
from botocore.awsrequest import AWSResponse, HeadersDict
from moto.autoscaling.models import AutoScalingBackend
from moto.ec2.models import EC2Backend
from moto.core.responses import ActionResult
from moto.elasticache.models import ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse
from moto.kms.models import KmsBackend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.rds.exceptions import InvalidParameterValue
from moto.rds.models import RDSBackend
from moto.ssm.models import Parameter, ParameterDict
from werkzeug.serving import make_server
from werkzeug.test import EnvironBuilder, run_wsgi_app

import moto_actions  # noqa: F401
import moto_guarded  # noqa: F401
import moto_lacking  # noqa: F401
import moto_locks  # noqa: F401
from state import inventory
from state_kinds import further

folder, *regions = sys.argv[1:]
requests_file = open(f"{folder}/requests", "ab", buffering=0)
refusals_path = f"{folder}/refusals"
current_body = b""

# -- Where moto is not like AWS

_check_loading_status = ParameterDict._check_loading_status


def with_canonical(self, key):
    """Canonical's public image parameters are missing, and moto refuses to be given them. Any Ubuntu image that it has will do."""
    _check_loading_status(self, key)
    name = str(key or "")
    canonical = name.startswith("/aws/service/canonical/ubuntu/server/2") and name.endswith("/hvm/ebs-gp3/ami-id")
    if canonical and not dict.__contains__(self, name):
        image = Parameter(
            account_id=self.account_id, name=name, value="ami-785db401", parameter_type="String", description=None,
            allowed_pattern=None, keyid=None, last_modified_date=0, version=1, data_type="aws:ec2:image",
        )  # fmt: skip
        dict.__setitem__(self, name, [image])


ParameterDict._check_loading_status = with_canonical
_create_image = EC2Backend.create_image


def with_image_tags(self, *args, **kwargs):
    """Of the tags of an image and of its snapshots, moto takes one list only."""
    def own(tags):
        return [one for one in tags if one.get("ResourceType") == "image"]

    args = [own(arg) if isinstance(arg, list) else arg for arg in args]
    if "tag_specifications" in kwargs:
        kwargs["tag_specifications"] = own(kwargs["tag_specifications"])
    return _create_image(self, *args, **kwargs)


EC2Backend.create_image = with_image_tags


def tag_new_bucket(action, body):
    """moto forgets the tags that a bucket is made with."""
    tags = [{name: re.search(f"<{name}>(.*?)</{name}>", tag)[1] for name in ("Key", "Value")} for tag in re.findall("<Tag>.*?</Tag>", body.decode())]
    if re.fullmatch(r"PUT /[^/?]+/?", action) and tags:
        client("s3", regions[0]).put_bucket_tagging(Bucket=action.removeprefix("PUT /").rstrip("/"), Tagging={"TagSet": tags})


# What follows is what AWS does, too: a key may be named by its ARN, and a cache that is deleted is gone in the end.
_schedule_key_deletion = KmsBackend.schedule_key_deletion
KmsBackend.schedule_key_deletion = lambda self, key_id, days: _schedule_key_deletion(self, key_id.split("/")[-1], days)
_delete_replication_group = ElastiCacheBackend.delete_replication_group


def gone(self, replication_group_id, *args, **kwargs):
    group = _delete_replication_group(self, replication_group_id, *args, **kwargs)
    del self.replication_groups[replication_group_id]
    return group


ElastiCacheBackend.delete_replication_group = gone


_delete_auto_scaling_group = AutoScalingBackend.delete_auto_scaling_group


def with_policies(self, group_name):
    """A group's policies go with it."""
    _delete_auto_scaling_group(self, group_name)
    self.policies = {name: policy for name, policy in self.policies.items() if policy.auto_scaling_group_name != group_name}


AutoScalingBackend.delete_auto_scaling_group = with_policies


def delete_cache_subnet_group(self):
    """moto makes these and removes none."""
    del self.elasticache_backend.cache_subnet_groups[self._get_param("CacheSubnetGroupName")]
    return ActionResult({})


ElastiCacheResponse.delete_cache_subnet_group = delete_cache_subnet_group


def orderable(self, engine, engine_version=None):
    """moto sells no classes of these engines. What it is asked for is what is sold, if RDS has such a class."""
    asked = parse_qs(current_body.decode()).get("DBInstanceClass", [""])[0]
    if engine not in ("postgres", "mysql") or not DATABASE_CLASS.match(asked):
        return []
    return [{"Engine": engine, "EngineVersion": engine_version or "", "DBInstanceClass": asked}]


def create_db_instance(self, db_kwargs):
    """moto takes any word for a class."""
    if not DATABASE_CLASS.match(db_kwargs.get("db_instance_class") or ""):
        raise InvalidParameterValue(f"Invalid DB Instance class: {db_kwargs.get('db_instance_class')}")
    return _create_db_instance(self, db_kwargs)


DATABASE_CLASS = re.compile(r"^db\.(?:[tmrx]\d[a-z]*|[a-z]\d[a-z]+)\.(?:micro|small|medium|(?:\d+)?x?large)$")
RDSBackend.describe_orderable_db_instance_options = orderable
_create_db_instance = RDSBackend.create_db_instance
RDSBackend.create_db_instance = create_db_instance

# -- Requests

moto = DomainDispatcherApplication(create_backend_app)
READS = re.compile(r"^(?:Describe|Get|List|Head|Check|Lookup|Batch(?:Get|Describe))")


def classified(environ, body):
    """(service, action): the query protocol's Action, JSON's target, or the method and path of a REST call."""
    scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
    region, service = scope.groups() if scope else ("", "")
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        action = target.rpartition(".")[2]
    elif environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        action = parse_qs(body.decode()).get("Action", [""])[0]
    else:
        query = environ.get("QUERY_STRING", "")
        action = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}{'?' if query else ''}{query}"
    return region, service, action


def reads(service, action):
    if action.startswith(("GET ", "HEAD ")):
        return True
    return bool(READS.match(action))


def error(service, environ, status, code, message):
    """An error as the service's protocol has it."""
    if service in ("elasticfilesystem", "eks", "backup"):
        return status, "application/json", json.dumps({"__type": code, "message": message})
    if "HTTP_X_AMZ_TARGET" in environ:
        return status, "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message})
    inner = f"<Code>{code}</Code><Message>{message}</Message>"
    if service == "ec2":
        text = f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>lab</RequestID></Response>"
    elif service == "s3":
        text = f"<Error>{inner}<RequestId>lab</RequestId></Error>"
    else:
        text = f"<ErrorResponse><Error><Type>Sender</Type>{inner}</Error><RequestId>lab</RequestId></ErrorResponse>"
    return status, "text/xml", '<?xml version="1.0" encoding="UTF-8"?>' + text


class Refusals:
    """What FOLDER/refusals says, read again when it changes."""

    seen = None
    rules = []

    @classmethod
    def of(cls, service, action, body):
        try:
            stat = os.stat(refusals_path)
        except FileNotFoundError:
            return None
        if cls.seen != (stat.st_mtime_ns, stat.st_ino):
            cls.seen = (stat.st_mtime_ns, stat.st_ino)
            with open(refusals_path) as file:
                cls.rules = json.load(file)
        for rule in cls.rules:
            if not (re.search(rule["service"], service) and re.search(rule["action"], action)):
                continue
            if not re.search(rule.get("body", ""), body) or rule.get("times", 1) <= 0:
                continue
            if "times" in rule:
                rule["times"] -= 1
            return rule
        return None


# Connections of requests that get no answer, ever.
held = []


def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path.startswith("/lab/"):
        return lab(path[5:], environ.get("QUERY_STRING", ""), start_response)
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) if environ.get("CONTENT_LENGTH") else b""
    if environ.get("HTTP_TRANSFER_ENCODING") == "chunked":
        body = environ["wsgi.input"].read()
    environ["wsgi.input"] = io.BytesIO(body)
    global current_body
    current_body = body
    region, service, action = classified(environ, body)
    rule = Refusals.of(service, action, body.decode("utf-8", "replace"))
    record = {"region": region, "service": service, "action": action, "write": not reads(service, action)}
    if rule and not rule.get("lose"):
        note({**record, "refused": True})
        if rule.get("hang"):
            held.append(environ["werkzeug.socket"])
        if rule.get("drop") or rule.get("hang"):
            raise ConnectionError
        status, kind, text = error(service, environ, rule["status"], rule["code"], rule["message"])
        start_response(f"{status} Refused", [("Content-Type", kind), ("Content-Length", str(len(text))), ("x-amzn-ErrorType", rule["code"])])
        return [text.encode()]
    answer, status, headers = run_wsgi_app(moto, environ)
    data = b"".join(answer)
    note({**record, "status": int(status[:3]), **({"body": data.decode("utf-8", "replace")[:500]} if int(status[:3]) >= 500 else {})})
    if service == "s3" and status[0] == "2":
        tag_new_bucket(action, body)
    if rule:
        raise ConnectionError
    start_response(status, list(headers))
    return [data]


def note(record):
    requests_file.write(json.dumps(record).encode() + b"\n")


# -- What there is

clients = {}


def directly(request, **_):
    """The answer to a boto3 request, without a connection."""
    builder = EnvironBuilder(
        path=request.url.partition(":5000")[2] or "/", method=request.method, headers=[(k, v if isinstance(v, str) else v.decode()) for k, v in request.headers.items()],
        data=request.body or b"",
    )  # fmt: skip
    answer, status, headers = run_wsgi_app(moto, builder.get_environ())

    class Raw(io.BytesIO):
        def stream(self, **_):
            while chunk := self.read(65536):
                yield chunk

    return AWSResponse(request.url, int(status[:3]), HeadersDict(headers), Raw(b"".join(answer)))


def client(service, region):
    if (service, region) not in clients:
        made = boto3.client(service, region, endpoint_url="http://127.0.0.1:5000", aws_access_key_id="lab", aws_secret_access_key="lab")
        made.meta.events.register("before-send", directly)
        clients[service, region] = made
    return clients[service, region]


# -- Time travel: a state is kept by a process that sleeps, and brought back by a fork of it

then = []


def everything():
    return dict(sorted({**inventory(client, regions), **further(client, regions[0])}.items()))


def lab(what, query, start_response):
    text, status = "{}", "200 OK"
    if what == "state":
        try:
            text = json.dumps(everything())
        except Exception:
            text, status = traceback.format_exc(), "500 The state cannot be told"
    else:
        # After the answer: what forks must not hold the connection. moto's own way to forget takes seconds.
        then.append(("bring", "nothing") if what == "reset" else (what, query.partition("=")[2]))
    body = text.encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def tell(name, word):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.sendto(word, f"{folder}/kept-{name}")


def keep(name):
    box = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    box.bind(f"{folder}/kept-{name}")
    if os.fork():
        box.close()
        return
    while box.recv(10) != b"end":
        if os.fork() == 0:
            box.close()
            return
    os._exit(0)


def go_on():
    while then:
        what, name = then.pop()
        if what == "keep":
            keep(name)
        elif what == "bring":
            tell(name, b"wake")
            os._exit(0)
        elif what == "drop":
            for entry in os.listdir(folder):
                if entry.startswith("kept-") and entry != "kept-nothing":
                    with contextlib.suppress(OSError):
                        tell(entry.removeprefix("kept-"), b"end")
                    os.unlink(f"{folder}/{entry}")


os.setpgid(0, 0)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
server = make_server("127.0.0.1", 0, app, request_handler=MotoRequestHandler)
server.log = lambda *_: None
shut = server.shutdown_request
server.shutdown_request = lambda request: None if request in held else shut(request)
MotoRequestHandler.log_request = lambda *_: None
# Whatever is read late is read before the first copy is made, and no collection of garbage is to copy it all again.
everything()
gc.collect()
gc.freeze()
print(server.port, flush=True)
if os.fork():
    server.socket.close()
    while os.read(0, 4096):
        pass
    os.killpg(0, signal.SIGKILL)
os.close(0)
keep("nothing")
while True:
    server.handle_request()
    go_on()
