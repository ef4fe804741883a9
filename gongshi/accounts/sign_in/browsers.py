"""Names a browser and its system from what it says of itself."""

import re

# Most browsers also call themselves by the names of those they descend from: the
# first that fits is the right one.
_BROWSERS = (
    ("360", r"360SE|360EE|QIHU"),
    ("奇安信", r"Qaxbrowser"),
    ("QQ", r"QQBrowser/(\d+)"),
    ("微信", r"MicroMessenger/(\d+)"),
    ("Edge", r"Edg[A-Z]*/(\d+)"),
    ("Opera", r"OPR/(\d+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"(?:HeadlessChrome|Chrome|CriOS)/(\d+)"),
    ("Safari", r"Version/(\d+)[.\d]* (?:Mobile/\S+ )?Safari/"),
)
_SYSTEMS = (
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("Android", r"Android"),
    ("iOS", r"iPhone|iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Macintosh"),
    ("UOS", r"UOS|Deepin"),
    ("麒麟", r"Kylin"),
    ("Linux", r"Linux|X11"),
)
_LONGEST = 100


def browser_name(agent: str) -> str:
    """Return such as `Chrome 120 · Windows`, or the beginning of what is not known."""
    parts = [
        part for part in (_first(_BROWSERS, agent), _first(_SYSTEMS, agent)) if part
    ]
    return (" · ".join(parts) or agent)[:_LONGEST]


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    for name, pattern in names:
        found = re.search(pattern, agent)
        if found:
            version = found[1] if found.re.groups else None
            return f"{name} {version}" if version else name
    return ""
