"""People for administrators and for each other, over gRPC."""

import base64

import pytest
from owui.auth.v1 import account_service_pb2
from owui.auth.v1 import user_service_pb2 as pb
from owui_chassis.errors import AlreadyExists, Forbidden, Invalid, NotFound, Unauthenticated

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16
PNG_URL = "data:image/png;base64," + base64.b64encode(PNG).decode()


def update_of(user, **changes):
    """Return a request that changes some values of an account."""
    values = {"role": user.role, "name": user.name, "email": user.email, "profile_image_url": "/user.png"}
    return pb.UpdateUserRequest(user_id=user.id, **(values | changes))


class TestListUsers:
    async def test_pages_of_thirty_with_the_total(self, auth, admin, people):
        for _ in range(32):
            await people.add(name="Paged")
        request = pb.ListUsersRequest(query="paged", order_by="email", direction="asc")
        first = await auth.call(auth.users.ListUsers, request, admin)
        request.page = 2
        second = await auth.call(auth.users.ListUsers, request, admin)
        request.page = 3
        third = await auth.call(auth.users.ListUsers, request, admin)
        emails = [user.email for user in (*first.users, *second.users)]
        assert (len(first.users), len(second.users), len(third.users)) == (30, 2, 0)
        assert {first.total, second.total, third.total} == {32}
        assert emails == sorted(emails)

    @pytest.mark.parametrize("query", ["%", "_", "\\", "' OR 1=1 --", "☃"])
    async def test_special_characters_match_only_themselves(self, auth, admin, people, query):
        await people.add(name="Plain")
        answer = await auth.call(auth.users.ListUsers, pb.ListUsersRequest(query=query), admin)
        assert answer.total == 0

    @pytest.mark.parametrize("order", ["u.id; DROP TABLE user", "password_hash", ""])
    async def test_unknown_orders_fall_back(self, auth, admin, order):
        request = pb.ListUsersRequest(order_by=order, direction="sideways", page=-5)
        assert (await auth.call(auth.users.ListUsers, request, admin)).total > 0

    async def test_is_for_administrators(self, auth, people):
        person = await people.add()
        for method, request in (
            (auth.users.ListUsers, pb.ListUsersRequest()),
            (auth.users.ListAllUsers, pb.ListAllUsersRequest()),
            (auth.users.DeleteUser, pb.DeleteUserRequest(user_id=person.id)),
            (auth.users.UpdateUser, update_of(person, role="admin")),
        ):
            with pytest.raises(Forbidden):
                await auth.call(method, request, person.token)


class TestSearchUsers:
    async def test_shows_and_finds_addresses_for_administrators_only(self, auth, admin, people):
        person = await people.add(name="Findable")
        by_name, by_email = pb.SearchUsersRequest(query="findable"), pb.SearchUsersRequest(query=person.email)
        seen = await auth.call(auth.users.SearchUsers, by_name, person.token)
        assert [user.id for user in seen.users] == [person.id]
        assert seen.users[0].email == ""
        assert (await auth.call(auth.users.SearchUsers, by_email, person.token)).total == 0
        assert (await auth.call(auth.users.SearchUsers, by_email, admin)).users[0].email == person.email

    async def test_waits_for_approval(self, auth, people):
        person = await people.add("pending")
        with pytest.raises(Unauthenticated):
            await auth.call(auth.users.SearchUsers, pb.SearchUsersRequest(), person.token)


class TestGetUser:
    async def test_shows_a_card_without_the_address(self, auth, people):
        person, other = await people.add(name="Card"), await people.add()
        card = (await auth.call(auth.users.GetUser, pb.GetUserRequest(user_id=person.id), other.token)).user
        assert (card.id, card.name, card.is_active) == (person.id, "Card", True)
        assert not any(person.email in str(value) for _, value in card.ListFields())

    @pytest.mark.parametrize("user_id", ["nobody", "nul\x00", "", "x" * 10_000])
    async def test_nobody_is_not_found(self, auth, admin, user_id):
        with pytest.raises(NotFound):
            await auth.call(auth.users.GetUser, pb.GetUserRequest(user_id=user_id), admin)
        active = await auth.call(auth.users.GetUserActive, pb.GetUserActiveRequest(user_id=user_id), admin)
        assert active.active is False


class TestGetUserProfileImage:
    async def image(self, auth, person):
        request = pb.GetUserProfileImageRequest(user_id=person.id)
        return (await auth.call(auth.users.GetUserProfileImage, request, person.token)).image

    async def test_serves_the_stored_picture(self, auth, people):
        person = await people.add()
        request = account_service_pb2.UpdateProfileRequest(name="P", profile_image_url=PNG_URL)
        await auth.call(auth.accounts.UpdateProfile, request, person.token)
        image = await self.image(auth, person)
        assert (image.content_type, image.data) == ("image/png", PNG)

    async def test_draws_one_instead_of_pointing_elsewhere(self, auth, people):
        person = await people.add(name="<script>")
        request = account_service_pb2.UpdateProfileRequest(
            name="<script>", profile_image_url="https://elsewhere.example/p.png"
        )
        await auth.call(auth.accounts.UpdateProfile, request, person.token)
        image = await self.image(auth, person)
        assert image.content_type == "image/svg+xml"
        assert b"elsewhere" not in image.data
        assert b"<script" not in image.data

    @pytest.mark.parametrize(
        "url",
        [
            "javascript:alert(1)",
            "//elsewhere.example/x.png",
            "/\\elsewhere.example",
            "http://elsewhere.example/x.png",
            "data:text/html;base64,PHNjcmlwdD4=",
            "data:image/svg+xml;base64,PHN2Zz4=",
            "data:image/png;base64,PHNjcmlwdD4=",
            "data:image/png;base64,***",
            "https://user@elsewhere.example/",
            "https://elsewhere.example/\r\nSet-Cookie: a=b",
        ],
    )
    async def test_senseless_pictures_are_refused(self, auth, people, url):
        person = await people.add()
        request = account_service_pb2.UpdateProfileRequest(name="P", profile_image_url=url)
        with pytest.raises(Invalid):
            await auth.call(auth.accounts.UpdateProfile, request, person.token)


class TestUpdateUser:
    async def test_changes_role_name_address_and_password(self, auth, admin, people):
        person = await people.add("pending")
        request = update_of(
            person, role="user", name="Renamed", email="Renamed@Example.com", password="brand new one"
        )
        user = (await auth.call(auth.users.UpdateUser, request, admin)).user
        assert (user.role, user.name, user.email) == ("user", "Renamed", "renamed@example.com")
        assert (await auth.sign_in("renamed@example.com", "brand new one")).role == "user"

    @pytest.mark.parametrize(
        "change",
        [
            {"role": "root"},
            {"role": ""},
            {"email": "no"},
            {"name": ""},
            {"name": "nul\x00"},
            {"password": "1"},
        ],
    )
    async def test_refuses_senseless_values(self, auth, admin, people, change):
        person = await people.add()
        with pytest.raises(Invalid):
            await auth.call(auth.users.UpdateUser, update_of(person, **change), admin)
        assert (await auth.resolve(person.token)).role == "user"

    async def test_refuses_a_taken_address(self, auth, admin, people):
        person, other = await people.add(), await people.add()
        with pytest.raises(AlreadyExists):
            await auth.call(auth.users.UpdateUser, update_of(person, email=other.email), admin)

    async def test_nobody_demotes_or_deletes_the_first_administrator(self, auth, admin, people):
        other = await people.add("admin")
        first = (await auth.resolve(admin)).user_id
        everything = pb.ListUsersRequest(query="first@example.com")
        account = (await auth.call(auth.users.ListUsers, everything, admin)).users[0]
        for credential in (admin, other.token):
            with pytest.raises(Forbidden):
                await auth.call(auth.users.UpdateUser, update_of(account, role="user"), credential)
            with pytest.raises(Forbidden):
                await auth.call(auth.users.DeleteUser, pb.DeleteUserRequest(user_id=first), credential)
        with pytest.raises(Forbidden):
            await auth.call(auth.users.UpdateUser, update_of(account, password="taken over"), other.token)


class TestDeleteUser:
    async def test_nobody_deletes_themselves(self, auth, people):
        other = await people.add("admin")
        with pytest.raises(Forbidden):
            await auth.call(auth.users.DeleteUser, pb.DeleteUserRequest(user_id=other.id), other.token)

    async def test_unknown_accounts_are_not_found(self, auth, admin):
        with pytest.raises(NotFound):
            await auth.call(auth.users.DeleteUser, pb.DeleteUserRequest(user_id="nobody"), admin)


class TestPictures:
    async def test_stored_ones_are_shown_as_a_path_and_stay_when_it_comes_back(self, auth, admin, people):
        person = await people.add()
        request = account_service_pb2.UpdateProfileRequest(name="P", profile_image_url=PNG_URL)
        shown = (await auth.call(auth.accounts.UpdateProfile, request, person.token)).profile_image_url
        assert shown.startswith(f"/api/v1/users/{person.id}/profile/image?v=")
        back = update_of(person, profile_image_url=shown)
        assert (await auth.call(auth.users.UpdateUser, back, admin)).user.profile_image_url.startswith(
            "/api/v1"
        )
        again = account_service_pb2.UpdateProfileRequest(name="Q", profile_image_url=shown)
        await auth.call(auth.accounts.UpdateProfile, again, person.token)
        image_request = pb.GetUserProfileImageRequest(user_id=person.id)
        image = (await auth.call(auth.users.GetUserProfileImage, image_request, person.token)).image
        assert image.data == PNG

    async def test_are_removed_by_an_empty_value(self, auth, people):
        person = await people.add()
        for url, shown in ((PNG_URL, "/api/v1/"), ("", "/user.png")):
            request = account_service_pb2.UpdateProfileRequest(name="P", profile_image_url=url)
            answer = await auth.call(auth.accounts.UpdateProfile, request, person.token)
            assert answer.profile_image_url.startswith(shown)


class TestListMissingUsers:
    async def test_only_those_without_account_are_named(self, auth, people):
        ada = await people.add(name="Ada")
        request = pb.ListMissingUsersRequest(user_ids=["nobody", ada.id, "' OR 1=1 --"])
        answer = await auth.call(auth.users.ListMissingUsers, request)
        assert sorted(answer.user_ids) == ["' OR 1=1 --", "nobody"]

    async def test_nobody_asks_after_too_many(self, auth):
        request = pb.ListMissingUsersRequest(user_ids=[str(number) for number in range(1001)])
        with pytest.raises(Invalid):
            await auth.call(auth.users.ListMissingUsers, request)
