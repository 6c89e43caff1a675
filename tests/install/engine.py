"""Container engine of the tests: what a Containerfile and a compose file say, in one root.

`docker` on a machine of the tests calls this script, as root. It builds in place, and starts each
service in mounts of its own: read-only where the file says so, with its volumes, secrets and
temporary folders, as its user, without privileges. PostgreSQL and nginx are those of the machine,
as images of others cannot be had here; all services share one network.

    engine.py FOLDER_OF_POSTGRESQL compose build | compose run --rm SERVICE WORD... | compose up ...
"""

import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import yaml

CONTAINERFILE = Path("conf/Containerfile")


def instructions() -> list[tuple[str, str]]:
    """Instruction and words of each step of the Containerfile."""
    text = re.sub(r"^#.*\n", "", CONTAINERFILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    steps = re.sub(r"\\\n", " ", text).strip().splitlines()
    return [(step.partition(" ")[0], step.partition(" ")[2].strip()) for step in steps if step]


def value(instruction: str) -> str:
    return next(words for name, words in reversed(instructions()) if name == instruction)


def build() -> None:
    """Run each step here. What pip would fetch is there: the Python that runs this."""
    folder, source = Path("/"), Path.cwd()
    kept = [line[1:] for line in (source / ".dockerignore").read_text().split() if line[0] == "!"]
    for name, words in instructions():
        if name == "WORKDIR":
            folder = Path(words)
            folder.mkdir(parents=True, exist_ok=True)
        elif name == "COPY" and not words.startswith("--from"):
            *sources, to = words.split()
            assert all(each == "." or each.split("/")[0] in kept for each in sources)
            taken = kept if sources == ["."] else sources
            (folder / to).mkdir(parents=True, exist_ok=True)
            shell(f"cp -a {shlex.join(str(source / each) for each in taken)} {folder / to}")
        elif name == "RUN" and "pip install" not in words:
            shell(words)
    programs = Path("/opt/epix-gateway/bin")
    programs.mkdir(parents=True)
    for program, module in (("python", ""), ("epix-gateway", "-m gateway ")):
        (programs / program).write_text(
            f'#!/bin/sh\nPYTHONPATH=/source exec {sys.executable} {module}"$@"\n'
        )
        (programs / program).chmod(0o755)
    shell("useradd --system nginx; ln -s /dev/stderr /var/log/nginx/error.log")
    shell("echo '127.0.0.1 gateway database' >> /etc/hosts")


def shell(script: str) -> None:
    subprocess.run(["bash", "-euc", script], check=True)


def compose() -> dict[str, Any]:
    text = Path(os.environ["COMPOSE_FILE"]).read_text(encoding="utf-8")
    home = os.environ["GATEWAY_HOME"]
    return yaml.safe_load(text.replace("${GATEWAY_HOME:-/srv/epix-gateway}", home))


def start(name: str, words: list[str], *, wait: bool) -> None:
    """Start a service. words: in place of its command. wait: to its end."""
    file = compose()
    service, root = file["services"][name], Path(f"/mnt/{name}")
    root.mkdir(parents=True, exist_ok=True)
    lines = ["set -e", f"mount --rbind / {root}", f"mount -t tmpfs none {root}/run"]
    mounts = [volume.split(":") for volume in service.get("volumes", [])]
    for folder in [*service.get("tmpfs", []), *IMAGE_FOLDERS.get(name, [])]:
        lines.append(f"mkdir -p {root}{folder}; mount -t tmpfs -o mode=1777 none {root}{folder}")
    for secret in service.get("secrets", []):
        place = f"{root}/run/secrets/{secret}"
        lines.append(f"mkdir -p {root}/run/secrets; touch {place}")
        lines.append(f"mount --bind {file['secrets'][secret]['file']} {place}")
    for source, to, *options in sorted(mounts, key=lambda mount: mount[1]):
        if source in file.get("volumes", {}):
            continue
        lines.append(f"mkdir -p {Path(root, to[1:]).parent}")
        lines.append(f"test -e {root}{to} || mkdir {root}{to}")
        lines.append(f"mount --bind {source} {root}{to}")
        if options == ["ro"]:
            lines.append(f"mount -o remount,ro,bind {root}{to}")
    if service.get("read_only"):
        lines.append(f"mount -o remount,ro,bind {root}")
    lines.append(f"exec chroot {root} {entry(name, service, words)}")
    command = ["unshare", "--mount", "--propagation", "unchanged", "bash", "-c", "\n".join(lines)]
    if wait:
        raise SystemExit(subprocess.run(command, check=False).returncode)
    with Path(f"/tmp/{name}.log").open("ab") as log:
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )


IMAGE_FOLDERS = {"proxy": ["/var/lib/nginx"]}
"""Where the nginx of Debian writes what that of the image writes below /var/cache/nginx."""


def entry(name: str, service: dict[str, Any], words: list[str]) -> str:
    """Command line of a service, within its root."""
    if name == "proxy":
        return "nginx -g 'daemon off;'"
    settings = [word for word in value("ENV").split() if not word.startswith("PATH=")]
    settings += [f"{key}={text}" for key, text in service.get("environment", {}).items()]
    inner = shlex.join([*json.loads(value("ENTRYPOINT")), *(words or service["command"])])
    bounds = "--no-new-privs --bounding-set=-all --inh-caps=-all" if "cap_drop" in service else ""
    user = value("USER")
    script = shlex.quote(f"cd {value('WORKDIR')} && exec {inner}")
    return (
        f"setpriv --reuid {user} --regid {user} --clear-groups {bounds} env -i"
        f" PATH=/opt/epix-gateway/bin:/usr/bin:/bin LANG=C.UTF-8 {shlex.join(settings)}"
        f" sh -c {script}"
    )


def start_database(programs: str) -> None:
    if "database" not in compose()["services"] or Path("/var/lib/pg").exists():
        return
    secret = compose()["secrets"]["database-password"]["file"]
    shell("useradd --system postgres-of-image; install -d -o postgres-of-image /var/lib/pg")
    shell(f"install -o postgres-of-image -m 400 {secret} /tmp/database-password")
    run = "cd /; runuser -u postgres-of-image --"
    shell(
        f"{run} {programs}/initdb -D /var/lib/pg -U epix --auth=scram-sha-256"
        " --pwfile=/tmp/database-password >/dev/null"
    )
    subprocess.Popen(
        ["bash", "-c", f"{run} {programs}/postgres -D /var/lib/pg -h 127.0.0.1 -k ''"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.environ["PGPASSWORD"] = Path(secret).read_text().strip()
    until("psql -h 127.0.0.1 -U epix -d postgres -c 'CREATE DATABASE epix' >/dev/null 2>&1")


def until(script: str) -> None:
    """Repeat a command until it succeeds, at most half a minute."""
    latest = time.monotonic() + 30
    while subprocess.run(["bash", "-c", script], check=False).returncode:
        if time.monotonic() > latest:
            raise SystemExit(f"did not succeed in time: {script}")
        time.sleep(0.2)


def main(programs: str, words: list[str]) -> None:
    match words:
        case ["compose", "build"]:
            build()
        case ["compose", "run", "--rm", name, *command]:
            start_database(programs)
            start(name, command, wait=True)
        case ["compose", "up", "--detach", "--wait"]:
            start_database(programs)
            start("gateway", [], wait=False)
            check = json.loads(value("HEALTHCHECK").partition(" CMD ")[2])
            until(shlex.join(["/opt/epix-gateway/bin/python", *check[1:]]) + " 2>/dev/null")
            start("proxy", [], wait=False)
            until("bash -c ': > /dev/tcp/127.0.0.1/443' 2>/dev/null")
        case _:
            raise SystemExit(f"this engine does not know: docker {shlex.join(words)}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
