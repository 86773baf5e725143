"""What must hold on every page, whoever wrote it."""

import base64
import hashlib
from collections import Counter

from lxml import html


def faults_of_page(text: str, policy: str = "") -> list[str]:
    """Everything wrong with a page's markup; empty for a good page.

    ``policy``: its content policy, whose hashes name the scripts and styles that may stand inside.
    """
    root = html.fromstring(text)
    found = []
    if not text.lstrip().lower().startswith("<!doctype html>"):
        found.append("no doctype")
    if root.get("lang") not in {"vi", "en"}:
        found.append("no lang")
    if len(root.xpath("//h1")) != 1:
        found.append(f"{len(root.xpath('//h1'))} h1")
    if not (root.findtext(".//title") or "").strip():
        found.append("no title")
    found += duplicate_ids(root) + inline_code(root, policy) + unlabelled(root) + unsafe_forms(root)
    return found


def duplicate_ids(root) -> list[str]:
    counts = Counter(root.xpath("//@id"))
    return [f"id {name} stands {n} times" for name, n in counts.items() if n > 1]


def inline_code(root, policy: str) -> list[str]:
    def allowed(text: str) -> bool:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in policy

    scripts = [s.text or "" for s in root.xpath("//script[not(@src)]")]
    styles = [s.text or "" for s in root.xpath("//style")]
    found = [f"inline script: {text[:40]}" for text in scripts if not allowed(text)]
    found += [f"inline style on {node.tag}" for node in root.xpath("//*[@style]")]
    found += [f"style element: {text[:40]}" for text in styles if not allowed(text)]
    found += [
        f"{name} on {node.tag}" for node in root.iter() for name in getattr(node, "attrib", {}) if name.startswith("on")
    ]
    return found


def unlabelled(root) -> list[str]:
    named = set(root.xpath("//label/@for"))
    quiet = {"hidden", "submit", "button", "image", "reset"}
    return [
        f"no label for {field.get('name')}"
        for field in root.xpath("//input | //select | //textarea")
        if field.get("type") not in quiet
        and field.get("id") not in named
        and not field.get("aria-label")
        and not field.get("aria-labelledby")
        and not field.xpath("ancestor::label")
    ]


def unsafe_forms(root) -> list[str]:
    return [
        f"form without csrf: {form.get('action')}"
        for form in root.xpath("//form[translate(@method, 'POST', 'post') = 'post']")
        if not form.xpath(".//input[@name='csrf_token']")
    ]
