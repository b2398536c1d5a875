"""Policies as values: never more generous than the operator's, and read back as written."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Access, Arrival, Deliver, Nsfw, Place
from bot.money import Budget, Scope, Unit
from bot.policy import Part, Policy, Rulebook, Rules, choices, operators_policy, rules_from_plain
from tests.stage import settings_for
from tests.test_store import ARRIVAL

STRICTNESS = [Nsfw.BLOCK, Nsfw.SPOILER, Nsfw.WARN]
LIMIT = Budget(Scope.MEMBER_HERE, Unit.VIDEOS, Decimal(3))


def policy(**traits: object) -> Policy:
    usual = {
        "models": ("a/one", "b/two"),
        "nsfw": Nsfw.SPOILER,
        "threads": True,
        "deliver": Deliver.AUTO,
        "budgets": (Budget(Scope.ALL, Unit.USD, Decimal(5)),),
    }
    return Policy(**usual | traits)  # pyright: ignore[reportArgumentType]  # of any trait


RULES = st.builds(
    Rules,
    is_open=st.none() | st.booleans(),
    roles=st.none() | st.lists(st.integers(1, 3), min_size=1, max_size=2).map(tuple),
    models=st.none() | st.lists(st.sampled_from("ab"), min_size=1).map(tuple),
    nsfw=st.none() | st.sampled_from(Nsfw),
    threads=st.none() | st.booleans(),
    deliver=st.none() | st.sampled_from(Deliver),
    budgets=st.none() | st.just((LIMIT,)),
    log_channel_id=st.none() | st.integers(1, 2**63 - 1),
)
POLICIES = st.builds(
    policy,
    models=st.sampled_from([("a",), ("a", "b"), ()]),
    nsfw=st.sampled_from(Nsfw),
    threads=st.booleans(),
    deliver=st.sampled_from(Deliver),
)


@given(operator=POLICIES, server=RULES, channel=RULES)
def test_no_rules_make_a_policy_more_generous(
    operator: Policy, server: Rules, channel: Rules
) -> None:
    held = operator.narrowed(Rulebook(server, {7: channel}).holding_in(7))

    assert set(held.models) <= set(operator.models)
    assert STRICTNESS.index(held.nsfw) <= STRICTNESS.index(operator.nsfw)
    assert operator.threads or not held.threads
    assert operator.deliver is not Deliver.LINK or held.deliver is Deliver.LINK
    assert held.budgets[: len(operator.budgets)] == operator.budgets


@given(rules=RULES)
def test_rules_are_read_back_as_they_were_written(rules: Rules) -> None:
    assert rules_from_plain(rules.to_plain() | {"of_a_later_version": 1}) == rules


@given(operator=POLICIES, part=st.sampled_from(Part))
def test_every_choice_that_is_offered_has_an_effect(operator: Policy, part: Part) -> None:
    offered = choices(part, operator)
    chosen = [(one,) if part is Part.MODELS else one for one in offered]

    held = [operator.narrowed(Rules().having(part, one)) for one in chosen]

    assert [getattr(one, part) for one in held] == chosen
    assert len(offered) != 1


def test_a_channel_says_its_own_word_and_the_server_the_rest() -> None:
    rulebook = Rulebook(
        Rules(is_open=False, nsfw=Nsfw.BLOCK, roles=(1,)), {7: Rules(is_open=True, roles=(2,))}
    )

    assert rulebook.holding_in(7) == Rules(is_open=True, nsfw=Nsfw.BLOCK, roles=(2,))
    assert rulebook.holding_in(8) == rulebook.server
    assert rulebook.opened == (7,)


def test_where_the_server_is_open_no_channel_is_named_as_open() -> None:
    assert Rulebook(Rules(), {7: Rules(is_open=True), 8: Rules(is_open=False)}).opened == ()


def test_the_operators_policy_is_what_the_settings_say() -> None:
    settings = settings_for("https://a.example", "sqlite:///x", NSFW_POLICY="warn", THREADS="0")

    assert operators_policy(settings) == Policy(
        models=("minimax/video-01",),
        nsfw=Nsfw.WARN,
        threads=False,
        deliver=Deliver.LINK,
        budgets=(),
    )


@pytest.mark.parametrize(
    ("place", "softened"),
    [
        (Place(1, 2, Access.THREAD, is_age_restricted=True), Nsfw.WARN),
        (Place(1, 2, Access.CHANNEL, parent_id=3, is_age_restricted=True), Nsfw.WARN),
        (Place(1, 2, Access.THREAD), Nsfw.BLOCK),
        (Place(1, None, Access.CHANNEL), Nsfw.BLOCK),
        (Place(1, 2, Access.REPLY, is_age_restricted=True), Nsfw.BLOCK),
    ],
    ids=repr,
)
def test_only_age_restricted_places_that_the_bot_sees_soften_anything(
    place: Place, softened: Nsfw
) -> None:
    assert policy(nsfw=Nsfw.WARN).nsfw_in(place) is softened
    assert policy(nsfw=Nsfw.BLOCK).nsfw_in(place) is Nsfw.BLOCK


def test_without_threads_an_answer_goes_into_the_channel() -> None:
    place = Place(1, 2, Access.THREAD)

    assert policy().place_for(place) == place
    assert policy(threads=False).place_for(place) == Place(1, 2, Access.CHANNEL)


def test_an_arrival_of_an_earlier_or_a_later_version_is_read() -> None:
    plain = ARRIVAL.to_plain()
    earlier = {name: value for name, value in plain.items() if name != "roles"}
    earlier["place"] = {name: plain["place"][name] for name in ("channel_id", "guild_id", "access")}
    later = plain | {"tomorrow": 1, "place": plain["place"] | {"tomorrow": 1}}

    assert Arrival.from_plain(earlier) == ARRIVAL
    assert Arrival.from_plain(later) == ARRIVAL
