"""Messages: what they say, and what cannot get into them."""

from typing import Any

from app.notifications.message import Message, line, page_of_cause

PAGES = "https://ops.example.com/flower"


def message(**changes: object) -> Message:
    given: dict[str, Any] = {
        "event": "dead_letters",
        "about": "RecordRejected",
        "headline": "12 dead letters: RecordRejected",
        "words": "The oldest is of 3 h ago.",
        "at": 1795000000.5,
        "count": 12,
        "page": page_of_cause("RecordRejected"),
    }
    return Message(**given | changes)


def test_programs_get_its_parts_and_chats_a_text_with_the_link() -> None:
    told = message()

    body = told.as_json(PAGES)

    url = f"{PAGES}/dead-letters?cause=RecordRejected"
    assert body == {
        "text": "closedwon: 12 dead letters: RecordRejected. The oldest is of 3 h ago. " + url,
        "event": "dead_letters",
        "cause": "RecordRejected",
        "count": 12,
        "at": 1795000000.5,
        "url": url,
    }


def test_without_an_address_of_the_pages_there_is_no_link() -> None:
    told = message()

    body = told.as_json("")

    assert body["url"] is None
    assert body["text"].endswith("3 h ago.")


def test_a_subject_is_one_line_however_long_and_broken_the_words_are() -> None:
    told = message(headline="a\r\nBcc: you@example.com\x00\x1b[31m" + 300 * "x")

    subject = told.subject

    assert subject.startswith("closedwon: a Bcc: you@example.com [31mxxx")
    assert len(subject) == len("closedwon: ") + 120


def test_what_chat_services_take_for_markup_is_taken_out() -> None:
    words = "<!channel> look: <https://evil.example|here> & `this`"

    said = line(words, 100)

    assert said == "!channel look: https://evil.example|here this"


def test_a_cause_cannot_leave_its_place_in_the_link() -> None:
    cause = "A&state=again#x y"

    page = page_of_cause(cause)

    assert page == "/dead-letters?cause=A%26state%3Dagain%23x+y"
