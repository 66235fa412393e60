"""What every value of a questionnaire is: frozen, without unknown entries, with codes."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

LANGUAGES = ("zh", "en")
"""Languages a questionnaire can be in; Chinese is the source."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$")]
"""Name of a question, item, page ...: letters, digits, underscore, so every tool takes it."""


class Value(BaseModel):
    """A frozen value; two with the same content are equal."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Text(Value):
    """A text in one or more languages. In JSON a plain string is the Chinese one."""

    zh: str = ""
    en: str = ""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, data: Any) -> Any:
        return {"zh": data} if isinstance(data, str) else data

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)

    def in_(self, language: str) -> str:
        """Return the text in ``language``, in the other one where it is not translated."""
        return (self.en or self.zh) if language == "en" else (self.zh or self.en)

    def has(self, language: str) -> bool:
        """Return whether there is a text of its own in ``language``."""
        return bool(self.en if language == "en" else self.zh)

    def with_(self, language: str, text: str) -> "Text":
        """Return the same with another text in ``language``."""
        return self.model_copy(update={language: text.strip()})


NO_TEXT = Text()


def text(zh: str, en: str = "") -> Text:
    """Return the text: ``text("单位", "Unit")``."""
    return Text(zh=zh, en=en)
