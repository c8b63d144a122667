"""The forms of the verbs that say something to the sender, and change nothing else."""

from flask_babel import lazy_gettext as _l

from intake.staff.verb_forms import LetterForm, in_letter, to_sender


class AskForm(LetterForm):
    act = "ask"
    text = in_letter(
        _l("Your question"), _l("The sender answers on the page of the idea."), required=True
    )


class AnswerForm(LetterForm):
    act = "answer"
    text = in_letter(_l("Your answer"), required=True)


class ShareForm(LetterForm):
    act = "share"
    text = to_sender(_l("Text on the status page"), _l("No email is sent."))
