"""Machine of the tests of installing: a root of its own with processes and network of its own.

The root is a bare Debian made by debootstrap, or parts of this machine, mounted so that nothing of
it can be changed. Mounts, processes and interfaces live in namespaces that end with the block, so
nothing stays behind. Only root can make them.
"""

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.programs import program

SOURCES = Path(__file__).parents[2]
_LONGEST_SECONDS = 180
"""For what takes five seconds on a machine without other work."""


@dataclass
class Machine:
    """pid: of the first process in the namespaces.  root: the folder of the root, seen from there.

    exported: the settings of a page, before each block.
    """

    pid: int
    root: Path
    exported: str = ""
    log: list[str] = field(default_factory=list)
    background: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def run(self, script: str, *, network: bool = False, background: bool = False) -> str:
        """Run commands as root would type them, in the folder of the sources.

        network: with the interfaces of the real machine, for what is fetched.
        """
        joined = ["--net"] if not network else []
        command = [
            *("nsenter", "--target", str(self.pid), "--mount", "--pid", *joined, "--"),
            *("chroot", str(self.root), "/usr/bin/env", "-i", "HOME=/root", "LANG=C.UTF-8"),
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            *(f"{name}={os.environ[name]}" for name in ("PIP_CERT",) if name in os.environ),
            "DEBIAN_FRONTEND=noninteractive",
            *("bash", "-euo", "pipefail", "-c"),
            f"{self.exported}\ncd {shlex.quote(str(SOURCES))}\n{script}",
        ]
        if background:
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            self.background.append(subprocess.Popen(command, **quiet))
            return ""
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.log.append(f"$ {script}\n{done.stdout}{done.stderr}")
        assert done.returncode == 0, "\n".join(self.log[-3:])
        return done.stdout

    def path(self, path: str) -> Path:
        """A file of the machine, as this process reaches it."""
        return Path(f"/proc/{self.pid}/root{self.root}{path}")

    def start_as_the_unit_does(self) -> None:
        """Run the unit's ExecStart as its user in its folder, until its socket is there."""
        unit = self.path("/etc/systemd/system/epix-gateway.service").read_text(encoding="utf-8")
        value = dict(re.findall(r"^(User|WorkingDirectory|ExecStart|UMask)=(.*)$", unit, re.M))
        self.run(
            f"cd {value['WorkingDirectory']}; umask {value['UMask']}; unset EPIX_DIR;"
            f" exec runuser -u {value['User']} -- {value['ExecStart']}",
            background=True,
        )
        socket = self.path("/run/epix-gateway/http.sock")
        wait_until(socket.is_socket, self.background[-1])
        self.run("nginx")

    def reload(self) -> None:
        """As `systemctl reload epix-gateway nginx`, until new workers have replaced the old."""
        pid = self.path("/var/lib/epix-gateway/data/serve.pid").read_text().split()[0]
        before = self._workers(pid)
        self.run(f"kill -HUP {pid}; nginx -s reload")
        latest = time.monotonic() + _LONGEST_SECONDS
        while not (now := self._workers(pid)) or now & before:
            assert time.monotonic() < latest, "the workers were not replaced"
            time.sleep(0.2)

    def _workers(self, supervisor: str) -> set[str]:
        """Process ids of its workers, by their name."""
        lines = self.run(f"ps -o pid=,comm= --ppid {supervisor}").splitlines()
        return {line.split()[0] for line in lines if line.split()[1] == "epix-worker"}


@contextmanager
def debian(bare: Path, work: Path) -> Iterator[Machine]:
    """A machine on a copy-on-write layer over the root that debootstrap made.

    It knows localhost, as Debian's installer writes it and debootstrap does not.
    """
    mounts = (
        f"mount -t tmpfs none {work} && mkdir {work}/up {work}/work {work}/root"
        f" && mount -t overlay -o lowerdir={bare},upperdir={work}/up,workdir={work}/work none"
        f" {work}/root && echo '127.0.0.1 localhost' >> {work}/root/etc/hosts"
    )
    with _machine(work, mounts, [SOURCES]) as machine:
        yield machine


@contextmanager
def borrowed(work: Path) -> Iterator[Machine]:
    """A machine of this one's programs, with folders of its own for all that is written."""
    root = f"{work}/root"
    links = " && ".join(
        f"ln -s usr/{name} {root}/{name}" for name in ("bin", "sbin", "lib", "lib64")
    )
    mounts = (
        f"mount -t tmpfs none {work} && mkdir -m 755 {root} && cd {root}"
        " && mkdir -p usr proc dev sys run root opt var/log/nginx var/lib/nginx var/tmp"
        f" && mkdir -m 1777 tmp && {links} && mount --bind /usr usr && mount --bind usr usr"
        " && mount -o remount,ro,bind usr && mount -t tmpfs none usr/local"
        " && mkdir usr/local/bin usr/local/sbin"
        " && cp -a /etc . && rm -rf etc/epix-gateway etc/nginx/sites-enabled"
    )
    seen = [SOURCES, Path(sys.prefix), Path(sys.base_prefix)]
    with _machine(work, mounts, seen) as machine:
        yield machine


@contextmanager
def _machine(work: Path, mounts: str, seen: list[Path]) -> Iterator[Machine]:
    if os.geteuid() != 0:
        pytest.skip("only root can make a root of its own")
    for name, package in (("unshare", "util-linux"), ("ip", "iproute2"), ("nginx", "nginx-light")):
        program(name, package)
    root = work / "root"
    outermost = [path for path in dict.fromkeys(seen) if not any(o in path.parents for o in seen)]
    shown = " && ".join(
        f"mkdir -p {root}{path} && mount --bind {path} {root}{path}"
        f" && mount -o remount,ro,bind {root}{path}"
        for path in outermost
    )
    script = (
        f"set -e; {mounts}; {shown}; mount -t proc none {root}/proc; mount --rbind /dev {root}/dev;"
        f" mount -t tmpfs -o mode=755 none {root}/run; ip link set lo up; touch {root}/run/ready;"
        " exec sleep infinity"
    )
    with subprocess.Popen(
        [
            *("setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--net", "--pid", "--fork"),
            *("--kill-child", "bash", "-c", script),
        ]
    ) as keeper:
        try:
            pid = _child(keeper)
            ready = Path(f"/proc/{pid}/root{root}/run/ready")
            wait_until(lambda: ready.exists(), keeper)
            machine = Machine(pid, root)
            yield machine
        finally:
            keeper.kill()  # and with it all processes of its namespace
    for process in machine.background:
        process.wait(10)


def _child(keeper: "subprocess.Popen[bytes]") -> int:
    children = Path(f"/proc/{keeper.pid}/task/{keeper.pid}/children")
    wait_until(lambda: bool(children.read_text().split()), keeper)
    return int(children.read_text().split()[0])


def wait_until(condition: "Callable[[], bool]", process: "subprocess.Popen[bytes]") -> None:
    latest = time.monotonic() + _LONGEST_SECONDS
    while not condition():
        assert process.poll() is None, f"ended: {process.args}"
        assert time.monotonic() < latest, f"not ready in time: {process.args}"
        time.sleep(0.02)


def connected(one: Machine, other: Machine, names: Mapping[str, str]) -> None:
    """Give two machines a line to each other. names: host name -> address; first that of `one`."""
    pair = [f"epix{machine.pid % 10000}" for machine in (one, other)]
    commands = [f"ip link add {pair[0]} type veth peer name {pair[1]}"]
    for machine, link, address in zip((one, other), pair, names.values(), strict=True):
        inside = f"nsenter --target {machine.pid} --net ip"
        commands += [
            f"ip link set {link} netns {machine.pid}",
            f"{inside} address add {address}/24 dev {link}",
            f"{inside} link set {link} up",
        ]
    subprocess.run(["bash", "-ec", "\n".join(commands)], check=True)
    hosts = "".join(f"{address} {host}\n" for host, address in names.items())
    for machine in (one, other):
        with machine.path("/etc/hosts").open("a", encoding="utf-8") as file:
            file.write(hosts)
