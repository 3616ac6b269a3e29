"""The first days: sixteen workplaces found councils of their own, each a federation of one with its own record."""

from importlib.resources import files

from weft_site.demo import doing
from weft_site.demo.riverton.plan import WORKPLACES
from weft_site.demo.story import Story

FIRST_DAY = -92


def library_text(title: str = "") -> str:
    text = files("weft.charter").joinpath("library/workers-assembly.toml").read_text()
    return text.replace('title = "Workers\' Assembly"', f'title = "{title}"', 1) if title else text


def councils_are_founded(story: Story) -> None:
    for number, workplace in enumerate(WORKPLACES):
        story.to(FIRST_DAY + number // 3, 8 + 4 * (number % 3))
        council = doing.found(
            story, title=workplace.title, place=workplace.place, number=workplace.founders, text=library_text()
        )
        story.councils[workplace.key] = council
        doing.fill_offices(story, council)
