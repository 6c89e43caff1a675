"""Units of systemd: that of the pages for people is hardened as that of the gateway."""

import re
from pathlib import Path

CONF = Path(__file__).parents[2] / "conf"
FREE = {
    *("Description", "After", "ExecStart", "LimitNOFILE", "MemoryHigh", "MemoryMax", "CPUWeight"),
    "TasksMax",
}
"""What the two need not have alike."""


def directives(name: str) -> list[tuple[str, str]]:
    text = (CONF / name).read_text(encoding="utf-8")
    return re.findall(r"^([A-Za-z]+)=(.*)$", text, re.MULTILINE)


def test_the_unit_of_the_pages_is_hardened_as_that_of_the_gateway() -> None:
    of_gateway, of_pages = map(directives, ("epix-gateway.service", "epix-gateway-web.service"))
    alike = [each for each in of_gateway if each[0] not in FREE]
    assert [each for each in of_pages if each[0] not in FREE] == alike
    assert len(alike) > 30
    assert dict(of_pages)["ExecStart"].endswith("/epix-gateway serve --only web")
