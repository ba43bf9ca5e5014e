"""What is wrong with a command is said in the person's language, also where argparse found it."""

from __future__ import annotations

import pytest

from desktop import words
from desktop.cli.parser import build

CASES = (
    (("show", "moods"), "SUBJECT: «moods» не подходит. Подходят: people, policies", "SUBJECT: “moods” does not do. These do: people"),
    (("fly",), "команда: «fly» не подходит. Подходят: init, check", "command: “fly” does not do. These do: init, check"),
    (("book",), "не хватает: SLOT", "missing: SLOT"),
    (("check", "now"), "лишнее: now", "not known: now"),
    (("check", "--json=1"), "--json: этот ключ пишут без значения, а дано «1»", "--json: takes no value, and “1” was given"),
    (("connect", "http://a/fhir", "--port"), "--port: после ключа нужно значение", "--port: a value is needed after it"),
    (("search",), "не хватает: TEXT", "missing: TEXT"),
    (("portal", "--seed", "one"), "--seed: «one» не подходит", "--seed: “one” does not do"),
    (("show", "people", "--limit", "x"), "--limit: нужно число", "--limit: a number"),
)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(("given", "ru", "en"), CASES, ids=[" ".join(given) for given, *_ in CASES])
def test_wrong_command_is_said_in_the_persons_language(
    given: tuple[str, ...], ru: str, en: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words.set_language(language)
    with pytest.raises(SystemExit):
        build().parse_args(given)
    first, second = capsys.readouterr().err.splitlines()
    assert first == words.tr("cli.usage_wrong")
    assert second.partition(": ")[2].startswith(ru if language == "ru" else en), second
