"""Users in the admin: sign-in, rights, and who may change whom."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from livechat import events
from tests.admin_pages import address, errors, list_address, notices, save
from tests.factories import (
    PASSWORD,
    AgentFactory,
    ChatFactory,
    CompanyFactory,
    UserFactory,
    seeded_group,
)
from tickets.models import User

NEW_PASSWORD = "a fresh start 2026"


def test_saving_announces_the_user(client, announced):
    user = UserFactory()

    save(client, user, groups=[seeded_group("Agent").pk])

    assert announced == [user]
    assert user.has_perm("livechat.use_console")


def test_an_agents_pages_are_told_to_ask_anew(client, monkeypatch):
    agent, news = AgentFactory(), []
    monkeypatch.setattr(events, "publish_all", news.extend)

    save(client, agent.user, companies=[CompanyFactory().pk])

    assert news == [events.AccessChanged(agent.pk)]


def test_a_user_is_added_with_e_mail_and_password(client):
    data = {"email": "mary@desk.example", "name": "Mary L", "password1": NEW_PASSWORD}

    client.post("/admin/tickets/user/add/", {**data, "password2": NEW_PASSWORD})

    user = User.objects.get(email="mary@desk.example")
    assert user.check_password(NEW_PASSWORD)
    assert not user.is_staff


def test_an_e_mail_is_one_persons_however_it_is_written(client):
    UserFactory(email="mary@desk.example")
    data = {"email": "Mary@Desk.example", "name": "M", "password1": "x", "password2": "x"}

    assert "exists already" in errors(client.post("/admin/tickets/user/add/", data))
    assert "exists already" in errors(save(client, UserFactory(), email="MARY@desk.example"))


def test_a_new_password_is_announced_and_in_the_history_but_not_itself(client, announced):
    user = UserFactory()

    client.post(f"/admin/tickets/user/{user.pk}/password/", {
        "password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true",
    })  # fmt: skip

    user.refresh_from_db()
    history = client.get(address("history", user)).text
    assert user.check_password(NEW_PASSWORD)
    assert announced == [user]
    assert "Set a new password" in history
    assert NEW_PASSWORD not in history
    assert user.password not in history


def test_no_page_shows_how_a_password_is_hashed(client):
    user = UserFactory()

    page = client.get(address("change", user)).text

    assert "A password is set." in page
    assert user.password.split("$")[0] not in page


def test_nobody_locks_himself_out(client, administrator):
    answer = save(client, administrator, is_active=None)

    assert "lock yourself out" in errors(answer)
    assert User.objects.get(pk=administrator.pk).is_active


@pytest.mark.parametrize("groups", [[], ["Agent"]], ids=["none", "others"])
def test_nor_by_taking_his_last_group_away_that_lets_him_in(client, administrator, groups):
    kept = [seeded_group(name).pk for name in groups]

    answer = save(client, administrator, groups=kept)

    assert "lock yourself out" in errors(answer)
    assert administrator.groups.get().name == "Chat administrator"


def test_he_may_take_others_away_and_a_colleague_may_take_all(client, administrator):
    both = [seeded_group(name) for name in ("Agent", "Chat administrator")]
    administrator.groups.set(both)
    other = UserFactory(administrator=True)

    save(client, administrator, groups=[both[1].pk])
    save(client, other, groups=[])

    assert list(administrator.groups.all()) == [both[1]]
    assert not other.groups.exists()


@pytest.mark.django_db
def test_who_has_every_right_needs_no_group_and_keeps_one_of_the_two():
    owner, client = UserFactory(superuser=True), Client()
    client.force_login(owner)
    owner.groups.set([seeded_group("Agent")])

    assert "lock yourself out" in errors(save(client, owner, is_superuser=None))
    save(client, owner, groups=[])

    owner.refresh_from_db()
    assert owner.is_superuser
    assert not owner.groups.exists()


def test_somebody_with_open_chats_is_deactivated_and_his_chats_are_pointed_out(client):
    user = ChatFactory(assigned=True).agent.user

    save(client, user, is_active=None)

    assert not User.objects.get(pk=user.pk).is_active
    assert "1 chat of" in notices(client.get("/admin/"))


@pytest.mark.parametrize("field", ["is_superuser", "user_permissions"])
def test_an_administrator_gives_no_right_that_he_has_not(client, field):
    user = UserFactory()

    save(client, user, **{field: "1"})

    user = User.objects.get(pk=user.pk)
    assert not user.is_superuser
    assert not user.user_permissions.exists()


def test_who_has_every_right_is_out_of_an_administrators_reach(client):
    above = UserFactory(superuser=True)
    before = above.password

    assert client.post(address("change", above), {"email": "x@y.example"}).status_code == 403
    assert client.post(address("delete", above), {"post": "yes"}).status_code == 403
    password = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post(f"/admin/tickets/user/{above.pk}/password/", password).status_code == 403
    assert User.objects.get(pk=above.pk).password == before


def test_who_has_every_right_is_out_of_reach_among_others_too(client):
    above, other = UserFactory(superuser=True), UserFactory()
    chosen = {"action": "delete_selected", "_selected_action": [above.pk, other.pk], "post": "yes"}

    assert client.post(list_address(User), chosen).status_code == 403

    assert User.objects.filter(pk__in=[above.pk, other.pk]).count() == 2


def test_a_superuser_gives_every_right(client, administrator):
    administrator.is_superuser = True
    administrator.save()
    user = UserFactory()

    save(client, user, is_superuser="on")

    assert User.objects.get(pk=user.pk).is_superuser


def test_a_user_whom_the_history_names_is_not_deleted(client, administrator):
    AgentFactory(user=administrator)
    save(client, UserFactory(), name="Another name")

    answer = client.post(address("delete", administrator), {"post": "yes"})

    assert "cannot be deleted" in answer.text
    assert User.objects.filter(pk=administrator.pk).exists()


def test_groups_are_looked_at_and_not_changed(client):
    group = Group.objects.get(name="Agent")

    assert "May use the agent console" in client.get(address("change", group)).text
    assert client.post(address("change", group), {"name": "X"}).status_code == 403
    assert client.get("/admin/auth/group/add/").status_code == 403


def test_who_signs_in_by_password_stays_so_after_a_change(client):
    user = UserFactory()

    save(client, user, name="Another name")

    assert User.objects.get(pk=user.pk).check_password(PASSWORD)
