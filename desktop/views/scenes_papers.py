"""Scenes of results and documents: one open report, the question, pages, what is not here, what does not open, the certificate."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from desktop.clock import local_date
from desktop.errors import KnownError
from desktop.session.report_notes import NoteRow
from desktop.session.rows import RequestRow
from desktop.views.resting import settle
from desktop.views.staging import Scene, Stage, act, opened
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.views.pages.documents import DocumentsPage
    from desktop.views.pages.results import ResultsPage
    from desktop.views.window import Window

_LARGE_FILE: Final = 100 * 2**20


async def _results(window: Window) -> ResultsPage:
    page: ResultsPage = await opened(window, "results", without=("result.comment", "result.ask"))
    row = next(row for row in page.model.rows() if row.below)
    page.show_subject(row.id)
    await settle(window)
    return page


async def _report(window: Window) -> None:
    await _results(window)


async def _table(window: Window) -> None:
    page = await _results(window)
    line = next(line for line in page.report.lines.values() if line.table_button is not None)
    line.table_button.click()  # type: ignore[union-attr]


async def _ask(window: Window) -> None:
    page = await _results(window)
    line = next(line for line in page.report.lines.values() if line.ask_button is not None)
    line.ask_button.click()  # type: ignore[union-attr]
    page.report.form.send.click()  # type: ignore[union-attr]


async def _paper(window: Window) -> None:
    page = await _results(window)
    page.report.pdf.click()


def _note(what: str) -> Stage:
    async def stage(window: Window) -> None:
        page = await _results(window)
        report = page.report
        if what == "form":
            report.talk.note()
            return
        if what == "waiting":
            await act(window, "result.comment", {"subject": f"DiagnosticReport/{report.id}", "text": tr("scenes.note")})
            await report.open(report.id)
        else:
            sent: Literal["sent", "refused"] = "sent" if what == "done" else "refused"
            assert report.view is not None
            at = report.view.row.issued_at
            made = [NoteRow(id="1", kind="comment", text=tr("scenes.note"), at=at, state=sent)]
            if what == "done":
                made.append(NoteRow(id="2", kind="answer", text=tr("scenes.note_answer"), at=at, state="sent", by="Белякова И. О."))
            report.talk.notes = tuple(made)
            report._build(report.view)
        await settle(window)
        report.scroller.verticalScrollBar().setValue(report.scroller.verticalScrollBar().maximum())

    return stage


async def _nothing(window: Window) -> None:
    page = await _results(window)
    page.panes.close_detail()
    page.only_out.setChecked(True)
    page.filters.choose("ecg")


async def _documents(window: Window) -> DocumentsPage:
    page: DocumentsPage = await opened(window, "documents", without=("certificate.order",))
    return page


async def _open(window: Window, *, xml: bool = False, large: bool = False) -> DocumentsPage:
    page = await _documents(window)
    rows = page.model.rows()
    if large:
        row = next(row for row in rows if (row.size_bytes or 0) > _LARGE_FILE)
    else:
        row = next(row for row in rows if row.place == "here" and ("xml" in row.content_type) == xml)
    page.show_subject(row.id)
    await settle(window)
    return page


async def _page(window: Window) -> None:
    await _open(window)


async def _semd(window: Window) -> None:
    page = await _documents(window)
    page.period.choose("all")
    await settle(window)
    await _open(window, xml=True)


async def _reading(window: Window) -> None:
    page = await _open(window)
    page.panel.open_button.click()
    page.panel.pane.set_zoom(150)


async def _absent(window: Window) -> None:
    await _open(window, large=True)


async def _mail(window: Window) -> None:
    page = await _open(window)
    page.panel.ask_mail()


async def _send(window: Window) -> None:
    page = await _open(window)
    page.panel.ask_send()


async def _broken(window: Window) -> None:
    page = await _open(window)
    page.panel.pane.failed.emit(KnownError("document.too_slow"))


async def _form(window: Window) -> None:
    page = await _documents(window)
    page.open_form()
    await settle(window)
    page.form.kind.choose("095u")
    page.form.send.click()  # type: ignore[union-attr]


async def _certificate_waits(window: Window) -> None:
    await _documents(window)
    await act(window, "certificate.order", {"certificate": "156u", "title": tr("scenes.certificate")})


def _certificate(status: Literal["refused", "in_progress"]) -> Stage:
    async def stage(window: Window) -> None:
        page = await _documents(window)
        assert window.session is not None
        row = RequestRow(id="scene", person=window.session.scope.person, title=tr("scenes.certificate"), status=status,
                         due_on=local_date(window.clock) + timedelta(days=1) if status == "in_progress" else None,
                         reason=tr("scenes.certificate_reason") if status == "refused" else "", kind="certificate.order")  # fmt: skip
        page.requests.show_requests((row,), (), today=local_date(window.clock))

    return stage


SCENES: Final = (
    Scene(name="results-report", record="full", stage=_report, mockup="05-results"),
    Scene(name="results-table", record="full", stage=_table),
    Scene(name="results-question", record="full", stage=_ask),
    Scene(name="results-paper", record="full", stage=_paper),
    *(Scene(name=f"results-note-{what}", record="full", stage=_note(what)) for what in ("form", "waiting", "refused", "done")),
    Scene(name="results-nothing", record="full", stage=_nothing),
    Scene(name="documents-page", record="full", stage=_page, mockup="06-documents"),
    Scene(name="documents-semd", record="full", stage=_semd),
    Scene(name="documents-reading", record="full", stage=_reading),
    Scene(name="documents-absent", record="full", stage=_absent),
    Scene(name="documents-mail", record="full", stage=_mail),
    Scene(name="documents-send", record="full", stage=_send),
    Scene(name="documents-broken", record="full", stage=_broken),
    Scene(name="certificate-waiting", record="offline", stage=_certificate_waits),
    Scene(name="certificate-refused", record="full", stage=_certificate("refused")),
    Scene(name="certificate-done", record="full", stage=_certificate("in_progress")),
    Scene(name="certificate", record="full", stage=_form),
)
