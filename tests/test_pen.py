"""The pen of a SQLite file: writers take turns, and who is in a hurry has the next one."""

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.store import open_engine
from bot.store._pen import Pen, pen_of
from tests.stage import until


async def test_who_is_in_a_hurry_goes_before_those_who_wait() -> None:
    pen, turns = Pen(), list[str]()

    def write(name: str, *, is_in_a_hurry: bool) -> None:
        pen.take(name, is_in_a_hurry=is_in_a_hurry)
        turns.append(name)
        pen.give_back(name)

    pen.take("writer")
    for number, name in enumerate(("first", "second", "hurried"), start=2):
        hurry = {"is_in_a_hurry": name == "hurried"}
        threading.Thread(target=write, args=(name,), kwargs=hurry).start()
        await until(lambda number=number: pen.users == number)
    pen.give_back("writer")

    await until(lambda: len(turns) == 3)
    assert turns == ["hurried", "first", "second"]


def test_it_is_given_back_by_a_write_that_failed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    engines = [open_engine(url, connections=1) for _ in range(2)]
    words = sa.Table("words", sa.MetaData(), sa.Column("word", sa.Text, primary_key=True))
    words.create(engines[0])

    with pytest.raises(IntegrityError), engines[0].begin() as connection:
        connection.execute(words.insert(), [{"word": "one"}, {"word": "one"}])

    assert pen_of(url).users == 0
    with engines[1].begin() as connection:
        connection.execute(words.insert().values(word="one"))
        assert pen_of(url).users == 1
    for engine in engines:
        engine.dispose()


@pytest.mark.parametrize("begin", ["BEGIN IMMEDIATE", "INSERT INTO words VALUES ('zero')"])
def test_nobody_has_the_lock_without_the_pen(tmp_path: Path, begin: str) -> None:
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    engine = open_engine(url, connections=2)
    words = sa.Table("words", sa.MetaData(), sa.Column("word", sa.Text, primary_key=True))
    words.create(engine)

    with engine.begin() as connection:
        connection.execute(sa.text(begin))
        assert pen_of(url).users == 1
        connection.execute(words.insert().values(word="one"))

    assert pen_of(url).users == 0
    engine.dispose()
