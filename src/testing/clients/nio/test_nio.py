"""matrix-nio does what bots and bridges do with it."""

import asyncio
import base64
import contextlib
import io
import itertools

from nio import (
    AsyncClient,
    DownloadResponse,
    JoinResponse,
    LoginResponse,
    RegisterResponse,
    RoomCreateResponse,
    RoomGetEventResponse,
    RoomMessagesResponse,
    RoomMessageText,
    RoomPreset,
    RoomRedactResponse,
    RoomSendResponse,
    SyncResponse,
    UploadResponse,
)
from nio.api import RelationshipType

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
numbers = itertools.count(1)


def run(test):
    """Runs an asynchronous test with a time limit."""

    def wrapped(homeserver):
        asyncio.run(asyncio.wait_for(test(homeserver), 60))

    wrapped.__name__ = test.__name__
    return wrapped


@contextlib.asynccontextmanager
async def person(homeserver, name):
    client = AsyncClient(homeserver)
    answer = await client.register(f"{name}{next(numbers)}", "a good password")
    assert isinstance(answer, RegisterResponse), answer
    try:
        yield client
    finally:
        await client.close()


async def room_of(owner, *others):
    made = await owner.room_create(preset=RoomPreset.public_chat, name="Room")
    assert isinstance(made, RoomCreateResponse), made
    for other in others:
        joined = await other.join(made.room_id)
        assert isinstance(joined, JoinResponse), joined
    return made.room_id


async def send(client, room, content, kind="m.room.message"):
    sent = await client.room_send(room, kind, content)
    assert isinstance(sent, RoomSendResponse), sent
    return sent.event_id


async def text(client, room, body, **more):
    return await send(client, room, {"msgtype": "m.text", "body": body, **more})


async def synced(client, **options):
    answer = await client.sync(**{"timeout": 0, **options})
    assert isinstance(answer, SyncResponse), answer
    return answer


def bodies(answer, room):
    events = answer.rooms.join[room].timeline.events
    return [event.body for event in events if isinstance(event, RoomMessageText)]


@run
async def test_logs_in_and_out(homeserver):
    async with person(homeserver, "anna") as anna:
        again = AsyncClient(homeserver, anna.user_id)
        assert isinstance(await again.login("a good password"), LoginResponse)
        assert (await again.whoami()).user_id == anna.user_id
        await again.logout()
        await again.close()
        wrong = AsyncClient(homeserver, anna.user_id)
        assert not isinstance(await wrong.login("another password"), LoginResponse)
        await wrong.close()


@run
async def test_a_message_wakes_who_waits(homeserver):
    async with person(homeserver, "anna") as anna, person(homeserver, "ben") as ben:
        room = await room_of(anna, ben)
        await synced(ben)
        waiting = asyncio.create_task(synced(ben, timeout=20_000))
        await text(anna, room, "hello")
        assert bodies(await waiting, room) == ["hello"]
        assert ben.rooms[room].name == "Room"
        assert set(ben.rooms[room].users) == {anna.user_id, ben.user_id}


@run
async def test_edits_reactions_and_threads_are_related(homeserver):
    async with person(homeserver, "anna") as anna, person(homeserver, "ben") as ben:
        room = await room_of(anna, ben)
        first = await text(anna, room, "frist")
        edit = {"msgtype": "m.text", "body": "first"}
        edited = await text(
            anna, room, "* first", **{"m.new_content": edit, "m.relates_to": {"rel_type": "m.replace", "event_id": first}}
        )
        like = {"m.relates_to": {"rel_type": "m.annotation", "event_id": first, "key": "👍"}}
        reaction = await send(ben, room, like, "m.reaction")
        answer = await text(
            ben, room, "in the thread", **{"m.relates_to": {"rel_type": "m.thread", "event_id": first}}
        )

        async def related(kind):
            found = ben.room_get_event_relations(room, first, kind)
            return [event.event_id async for event in found]

        assert await related(RelationshipType.replacement) == [edited]
        assert await related(RelationshipType.annotation) == [reaction]
        assert await related(RelationshipType.thread) == [answer]
        whole = await ben.room_get_event(room, first)
        assert isinstance(whole, RoomGetEventResponse), whole
        bundled = whole.event.source["unsigned"]["m.relations"]
        assert bundled["m.replace"]["event_id"] == edited
        assert bundled["m.thread"]["count"] == 1
        assert bundled["m.thread"]["latest_event"]["event_id"] == answer


@run
async def test_a_redacted_message_is_empty(homeserver):
    async with person(homeserver, "anna") as anna:
        room = await room_of(anna)
        sent = await text(anna, room, "regretted")
        assert isinstance(await anna.room_redact(room, sent, "typo"), RoomRedactResponse)
        whole = await anna.room_get_event(room, sent)
        assert whole.event.source["content"] == {}
        assert whole.event.source["unsigned"]["redacted_because"]["content"]["reason"] == "typo"


@run
async def test_a_picture_comes_back_as_it_was(homeserver):
    async with person(homeserver, "anna") as anna:
        uploaded, _ = await anna.upload(io.BytesIO(PICTURE), "image/png", "dot.png", filesize=len(PICTURE))
        assert isinstance(uploaded, UploadResponse), uploaded
        back = await anna.download(uploaded.content_uri)
        assert isinstance(back, DownloadResponse), back
        assert (back.body, back.content_type, back.filename) == (PICTURE, "image/png", "dot.png")


@run
async def test_history_is_read_page_by_page(homeserver):
    async with person(homeserver, "anna") as anna, person(homeserver, "ben") as ben:
        room = await room_of(anna, ben)
        sent = [f"message {number}" for number in range(25)]
        for body in sent:
            await text(anna, room, body)
        answer = await synced(ben, sync_filter={"room": {"timeline": {"limit": 5}}})
        assert bodies(answer, room) == sent[-5:]
        assert answer.rooms.join[room].timeline.limited
        read, start = [], answer.rooms.join[room].timeline.prev_batch
        while start and len(read) < 20:
            page = await ben.room_messages(room, start, limit=7)
            assert isinstance(page, RoomMessagesResponse), page
            read += [event.body for event in page.chunk if isinstance(event, RoomMessageText)]
            start = page.end
        assert read == sent[-6::-1]


@run
async def test_a_private_room_takes_an_invite(homeserver):
    async with person(homeserver, "anna") as anna, person(homeserver, "ben") as ben:
        made = await anna.room_create(preset=RoomPreset.private_chat)
        assert not isinstance(await ben.join(made.room_id), JoinResponse)
        await anna.room_invite(made.room_id, ben.user_id)
        assert made.room_id in (await synced(ben)).rooms.invite
        assert isinstance(await ben.join(made.room_id), JoinResponse)
        assert made.room_id in (await synced(ben)).rooms.join


@run
async def test_typing_and_receipts_are_seen(homeserver):
    async with person(homeserver, "anna") as anna, person(homeserver, "ben") as ben:
        room = await room_of(anna, ben)
        sent = await text(anna, room, "read me")
        await synced(anna)
        await ben.room_typing(room, True)
        await ben.update_receipt_marker(room, sent)
        seen = []
        while len(seen) < 2:
            answer = await synced(anna, timeout=10_000)
            if room in answer.rooms.join:
                seen += [type(event).__name__ for event in answer.rooms.join[room].ephemeral]
        assert sorted(seen) == ["ReceiptEvent", "TypingNoticeEvent"]
