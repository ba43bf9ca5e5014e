"""How the sign-in pages look: HTML and CSS from the product's own design tokens. What they do is signin.py's."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

from desktop import words

_RESOURCES: Final = Path(__file__).resolve().parent.parent.parent / "resources"
FONTS: Final = {f"GolosText-{weight}.ttf": weight for weight in ("Regular", "Medium", "SemiBold")}
_WEIGHTS: Final = {"Regular": 400, "Medium": 500, "SemiBold": 600}

_LAYOUT: Final = """
*{box-sizing:border-box}
body{margin:0;min-height:100vh;background:var(--desk);color:var(--ink);
 font:16px/24px "Golos Text","PT Sans","Noto Sans",sans-serif;font-feature-settings:"tnum"}
.page{max-width:480px;margin:0 auto;padding:40px 16px 56px}
header{display:flex;align-items:center;gap:12px;margin-bottom:24px}
header svg{width:40px;height:40px;flex:none}
header b{display:block;font-weight:600;font-size:18px}
header span{color:var(--ink2);font-size:14px;line-height:20px}
main{background:var(--card);border:1px solid var(--line);border-left:8px solid var(--accent);border-radius:16px;
 padding:32px 32px 32px 24px}
h1{font-weight:600;font-size:24px;line-height:32px;margin:0 0 8px}
p{margin:0 0 16px;color:var(--ink2)}
label{display:block;font-weight:600;margin:16px 0 6px}
input[type=text],input[type=password],input[type=tel]{width:100%;height:48px;padding:0 14px;font:inherit;color:var(--ink);
 background:var(--card);border:1.5px solid var(--control);border-radius:10px}
input.wide{font-size:30px;letter-spacing:8px;text-align:center;height:64px}
input[aria-invalid=true]{border:2px solid var(--bad)}
.bad{color:var(--bad);font-size:14px;line-height:20px;margin:6px 0 0}
.hint{color:var(--ink3);font-size:14px;line-height:20px;margin:6px 0 0}
.acts{display:flex;flex-wrap:wrap;gap:12px;margin-top:24px}
button{min-height:44px;padding:0 18px;font:inherit;font-weight:600;border-radius:10px;cursor:pointer;
 border:1.5px solid var(--control);background:var(--card);color:var(--ink)}
button.primary{background:var(--accent);border-color:var(--accent);color:var(--onAccent);flex:1}
button.primary:hover{background:var(--accentHover)}
:focus-visible{outline:2px solid var(--focusOut);outline-offset:2px;box-shadow:0 0 0 2px var(--focusIn)}
.sms{margin:24px 0 0;padding:12px 16px;border-radius:12px;background:var(--accentTint);border:1px solid var(--accentLine)}
.sms small{display:flex;justify-content:space-between;color:var(--ink2);font-size:14px}
.sms code{font-family:inherit;font-size:20px;line-height:28px;font-weight:600;letter-spacing:2px}

ul{list-style:none;margin:16px 0 0;padding:0;border-top:1px solid var(--line)}
li{border-bottom:1px solid var(--line)}
li label{display:flex;align-items:center;gap:12px;margin:0;padding:12px 0;font-weight:400;min-height:44px}
li input{width:20px;height:20px;accent-color:var(--accent);flex:none}
li small{display:block;color:var(--ink2);font-size:14px;line-height:20px}
.dot{width:36px;height:36px;border-radius:18px;flex:none;display:flex;align-items:center;justify-content:center;
 color:var(--onPerson);font-weight:600;font-size:14px}
main+.hint{margin-top:16px}
details{margin-top:24px;color:var(--ink2);font-size:14px;line-height:20px}
summary{cursor:pointer;min-height:44px;display:flex;align-items:center}
dl{margin:0;padding:12px 16px;background:var(--sunken);border-radius:10px}
dt{font-weight:600;color:var(--ink)}dd{margin:0 0 8px}
.spine0{background:var(--person1)}.spine1{background:var(--person2)}.spine2{background:var(--person3)}
.spine3{background:var(--person4)}.spine4{background:var(--person5)}.spine5{background:var(--person6)}
@media (max-width:420px){main{padding:24px 16px}}
@media (prefers-reduced-motion:no-preference){button{transition:background .12s}}
"""
_MARK: Final = (
    '<svg viewBox="0 0 40 40" aria-hidden="true"><rect x="4" y="3" width="32" height="34" rx="6" fill="var(--card)"'
    ' stroke="var(--accent)" stroke-width="2"/><rect x="4" y="3" width="7" height="34" rx="3" fill="var(--accent)"/>'
    '<path d="M23 13v14M16 20h14" stroke="var(--accent)" stroke-width="3" stroke-linecap="round"/></svg>'
)


@cache
def _style() -> str:
    colours = json.loads((_RESOURCES / "styles" / "tokens.json").read_text("utf-8"))["colour"]
    faces = "".join(
        f'@font-face{{font-family:"Golos Text";font-weight:{_WEIGHTS[weight]};src:url(font/{name})}}'
        for name, weight in FONTS.items()
    )

    def roles(theme: str) -> str:
        return "".join(f"--{name}:{value};" for name, value in colours[theme]["roles"].items())

    light, dark = roles("light"), roles("dark")
    return (
        f"{faces}:root{{color-scheme:light dark;{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}{_LAYOUT}"
    )


def font(name: str) -> bytes | None:
    """Return the bytes of one of the product's fonts."""
    return (_RESOURCES / "fonts" / name).read_bytes() if name in FONTS else None


class Page:
    """Writes pages in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, key: str, **facts: object) -> str:
        """Return a text of the demo catalogue, escaped."""
        return escape(words.tr_in(self.language, f"demo.{key}", **facts))

    def _whole(self, title: str, inner: str, after: str = "") -> str:
        return (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8"><title>{title}</title>'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f'<style>{_style()}</style></head><body><div class="page"><header>{_MARK}<div><b>{self.say("portal")}</b>'
            f"<span>{self.say('portal_sub')}</span></div></header><main>{inner}</main>{after}</div></body></html>"
        )

    def _form(self, action: str, hidden: dict[str, str], inner: str) -> str:
        fields = "".join(f'<input type="hidden" name="{k}" value="{escape(v)}">' for k, v in hidden.items())
        return f'<form method="post" action="{action}">{fields}{inner}</form>'

    def _field(self, name: str, kind: str, label: str, *, value: str = "", bad: str = "", extra: str = "") -> str:
        marks = f' aria-invalid="true" aria-describedby="{name}-bad"' if bad else ""
        return (
            f'<label for="{name}">{label}</label><input id="{name}" name="{name}" type="{kind}" value="{escape(value)}"'
            f"{marks} {extra}>" + (f'<div class="bad" id="{name}-bad" role="alert">{bad}</div>' if bad else "")
        )

    def sign_in(
        self, attempt: str, *, client: str, login: str, bad: str, samples: Iterable[tuple[str, str, str]]
    ) -> str:
        """Return the first page: phone or e-mail, and the password."""
        first, second = ("", " autofocus") if bad else (" autofocus", "")
        fields = self._field(
            "login", "text", self.say("login"), value=login, extra=f'autocomplete="username"{first}'
        ) + self._field(
            "password", "password", self.say("password"), bad=bad, extra=f'autocomplete="current-password"{second}'
        )
        act = f'<div class="acts"><button class="primary">{self.say("enter")}</button></div>'
        inner = f"<h1>{self.say('sign_in')}</h1><p>{self.say('sign_in_for', client=client)}</p>"
        inner += self._form("login", {"attempt": attempt}, fields + act)
        rows = "".join(
            f"<dt>{escape(name)}</dt><dd>{escape(phone)} · {self.say('password_is', password=password)}</dd>"
            for name, phone, password in samples
        )
        return self._whole(
            self.say("sign_in"),
            inner,
            f"<details open><summary>{self.say('sample')}</summary><dl>{rows}</dl></details>",
        )

    def code(self, attempt: str, *, phone: str, code: str, bad: str) -> str:
        """Return the second page: the code that came by «SMS», which is shown on the page itself."""
        field = self._field(
            "code",
            "text",
            self.say("code"),
            bad=bad,
            extra='class="wide" inputmode="numeric" autocomplete="one-time-code" maxlength="6" autofocus',
        )
        inner = f"<h1>{self.say('code_title')}</h1><p>{self.say('code_sent', phone=phone)}</p>"
        act = f'<div class="acts"><button class="primary">{self.say("go_on")}</button></div>'
        inner += self._form("code", {"attempt": attempt}, field + act)
        sms = self._sms(self.say("sms_now"), self.say("sms_text"), code) + f'<p class="hint">{self.say("sms_why")}</p>'
        return self._whole(self.say("code_title"), inner, sms)

    def _sms(self, beside: str, text: str, code: str) -> str:
        return (
            f'<div class="sms"><small><span>{self.say("sms_from")}</span><span>{beside}</span></small>'
            f'{text} <code id="sms">{code}</code></div>'
        )

    def messages(self, sent: list[tuple[str, str]]) -> str:
        """Return the messages that relatives have got, newest first: (whom, code)."""
        inner = f"<h1>{self.say('messages_title')}</h1><p style='margin:0'>{self.say('sms_why' if sent else 'messages_none')}</p>"
        shown = "".join(self._sms(escape(name), self.say("messages_text"), code) for name, code in sent)
        return self._whole(self.say("messages_title"), inner, shown)

    def consent(
        self, attempt: str, *, client: str, people: list[tuple[str, str, str]], reads_only: bool, bad: str
    ) -> str:
        """Return the third page: who asks, and for whose records. `people`: (id, name, born)."""
        rows = "".join(
            f'<li><label><input type="checkbox" name="person" value="{escape(person)}" checked>'
            f'<span class="dot spine{at % 6}" aria-hidden="true">{escape(_initials(name))}</span>'
            f"<span>{escape(name)}<small>{escape(born)}</small></span></label></li>"
            for at, (person, name, born) in enumerate(people)
        )
        what = self.say("consent_reads" if reads_only else "consent_acts")
        wrong = f'<div class="bad" role="alert">{bad}</div>' if bad else ""
        acts = (
            f'<div class="acts"><button name="decision" value="deny">{self.say("deny")}</button>'
            f'<button class="primary" name="decision" value="allow">{self.say("allow")}</button></div>'
        )
        inner = f"<h1>{self.say('consent_title', client=client)}</h1><p>{what}</p>"
        inner += self._form("consent", {"attempt": attempt}, f"<ul>{rows}</ul>{wrong}{acts}")
        return self._whole(
            self.say("consent_title", client=client), inner, f'<p class="hint">{self.say("consent_end")}</p>'
        )

    def device(self, *, user_code: str, bad: str) -> str:
        """Return the page for the code that another device shows."""
        field = self._field(
            "user_code",
            "text",
            self.say("device_code"),
            value=user_code,
            bad=bad,
            extra='class="wide" autocapitalize="characters" autocomplete="off" maxlength="9" autofocus',
        )
        act = f'<div class="acts"><button class="primary">{self.say("go_on")}</button></div>'
        inner = f"<h1>{self.say('device_title')}</h1><p>{self.say('device_text')}</p>" + self._form(
            "device", {}, field + act
        )
        return self._whole(self.say("device_title"), inner)

    def note(self, key: str) -> str:
        """Return a page that only says something: `{key}_title` and `{key}_text`."""
        title = self.say(f"{key}_title")
        return self._whole(title, f"<h1>{title}</h1><p style='margin:0'>{self.say(f'{key}_text')}</p>")


def _initials(name: str) -> str:
    return "".join(part[0] for part in name.split()[:2]).upper()
