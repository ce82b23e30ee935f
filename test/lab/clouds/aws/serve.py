"""The vendor's own aws with everything already imported: each call is a fork of this process.

    python3 serve.py SOCKET PLAIN SERVICE...

A call is a client (client.go) that connects to SOCKET, hands over its files 0, 1 and 2, and says
{"args", "cwd", "env"} as one line of JSON. What goes back is one line: "exit CODE" or "signal NUMBER". A line
"signal NUMBER" from the client is passed on to the call, and a client that is gone takes the call along. The server
ends when its standard input does.

A call of aws takes 0.5 s and more, nearly all of it to import modules and read service models. Both are done here
once; settings, credentials and clients are made by each call, from the caller's environment.
"""

import array
import atexit
import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys

import awscli.clidriver

path, plain, *services = sys.argv[1:]
prepared = awscli.clidriver.create_clidriver([])
models = prepared.session.get_component("data_loader")
for service in services:
    prepared._get_command_table()[service]._get_command_table()
# Where anything but credentials is set for a caller, the plain aws reads it.
SETTINGS = ("AWS_DATA_PATH", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_PROFILE", "AWS_DEFAULT_PROFILE")
FILES = ("config", "credentials", "models", "cli/alias")
# awscli sets it when it is imported.
data_path = os.environ["AWS_DATA_PATH"]


def aws(args, driver):
    with awscli.clidriver.start_as_current_context():
        return awscli.clidriver.AWSCLIEntryPoint(driver).main(args)


def is_simple(request):
    home = request["env"].get("HOME", "~")
    settings = any(name in request["env"] for name in SETTINGS)
    files = any(os.path.exists(os.path.join(home, ".aws", name)) for name in FILES)
    return not settings and not files and "--debug" not in request["args"]


def answer(request, files):
    """The call itself, as the process that the user would have started."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(request["cwd"])
    if not is_simple(request):
        os.execve(plain, [plain, *request["args"]], request["env"])
    os.environ.clear()
    os.environ.update(request["env"], AWS_DATA_PATH=data_path)
    sys.argv = [plain, *request["args"]]
    sys.stdout.reconfigure(line_buffering=os.isatty(1))
    try:
        code = aws(request["args"], prepared)
    except SystemExit as end:
        code = end.code
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    if code is not None and not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
    except OSError as error:
        # What Python itself says and does at its end.
        sys.stderr.write(f"Exception ignored while flushing sys.stdout:\n{type(error).__name__}: {error}\n")
        code = 120
    os._exit(code or 0)


# Once through each service with nobody listening: what is imported or read late is there, too.
os.environ.update(AWS_ENDPOINT_URL="http://127.0.0.1:9", AWS_MAX_ATTEMPTS="1", AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x")
calls = {"route53": "list-hosted-zones", "acm": "list-certificates", "s3api": "list-buckets", "sts": "get-caller-identity"}
calls |= {"ec2": "describe-vpcs", "elbv2": "describe-load-balancers", "rds": "describe-db-instances"}
with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing), contextlib.redirect_stderr(nothing):
    for service in services:
        words = [service, calls.get(service, "help-me-not")]
        other = awscli.clidriver.create_clidriver([])
        other.session.register_component("data_loader", models)
        aws([*words, "--region", "us-east-1", "--query", "@", "--output", "text"], other)
        for kind in ("waiters-2", "paginators-1"):
            with contextlib.suppress(Exception):
                models.load_service_model("s3" if service == "s3api" else service, kind)
gc.collect()
gc.freeze()

listener = socket.socket(socket.AF_UNIX)
listener.bind(f"{path}.early")
listener.listen(64)
wake, waker = socket.socketpair()
for end in (wake, waker):
    end.setblocking(False)
signal.set_wakeup_fd(waker.fileno())
signal.signal(signal.SIGCHLD, lambda *_: None)
watch = selectors.DefaultSelector()
watch.register(listener, selectors.EVENT_READ)
watch.register(wake, selectors.EVENT_READ)
watch.register(0, selectors.EVENT_READ)
running = {}
# Whoever sees it can connect to it.
os.rename(f"{path}.early", path)


def start(link):
    files = array.array("i")
    data, ancillary, _, _ = link.recvmsg(1 << 20, socket.CMSG_SPACE(3 * files.itemsize))
    for _, _, received in ancillary:
        files.frombytes(received)
    while data and not data.endswith(b"\n"):
        data += link.recv(1 << 20)
    if not data or len(files) != 3:
        link.close()
        return
    pid = os.fork()
    if pid == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        watch.close()
        for other in (listener, wake, waker, link, *running.values()):
            other.close()
        answer(json.loads(data), files)
    for file in files:
        os.close(file)
    running[pid] = link
    watch.register(link, selectors.EVENT_READ, pid)


def heard(link, pid):
    data = link.recv(100)
    for line in data.decode().splitlines():
        os.kill(pid, int(line.removeprefix("signal ")))
    if not data:
        # Nobody waits for its end any more.
        watch.unregister(link)
        os.kill(pid, signal.SIGKILL)


def ended():
    with contextlib.suppress(BlockingIOError):
        while wake.recv(100):
            pass
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        link = running.pop(pid)
        with contextlib.suppress(KeyError):
            watch.unregister(link)
        code = os.waitstatus_to_exitcode(status)
        with contextlib.suppress(OSError):
            link.sendall(b"exit %d\n" % code if code >= 0 else b"signal %d\n" % -code)
        link.close()


while True:
    for key, _ in watch.select():
        if key.fileobj is listener:
            start(listener.accept()[0])
        elif key.fileobj is wake:
            ended()
        elif key.fileobj == 0 and not os.read(0, 4096):
            for pid in running:
                os.kill(pid, signal.SIGKILL)
            sys.exit()
        elif key.data in running:
            heard(key.fileobj, key.data)
