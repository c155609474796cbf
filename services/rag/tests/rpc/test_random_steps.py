"""Random people do random things: nothing is left over, and nobody sees what he may not read."""

import json
import random

import pytest
from owui.rag.v1 import file_service_pb2 as files_pb
from owui.rag.v1 import knowledge_service_pb2 as pb
from owui_chassis.errors import ServiceError

STEPS = 300
GROUPS = ("red", "blue")


class Model:
    """What should be there, kept beside the service in plain dictionaries."""

    def __init__(self):
        self.files = {}
        self.bases = {}

    def may(self, who, right, thing):
        control = thing["access"]
        if who.is_admin or thing["owner"] == who.user_id:
            return True
        rule = (control or {}).get(right) or {}
        return who.user_id in rule.get("user_ids", ()) or bool(
            set(who.group_ids) & set(rule.get("group_ids", ()))
        )

    def may_read_file(self, who, file_id):
        if self.may(who, "read", self.files[file_id]):
            return True
        return any(file_id in base["files"] and self.may(who, "read", base) for base in self.bases.values())


class Crowd:
    """Takes steps as random people and compares what the service says with the model."""

    def __init__(self, world, people, seed):
        self.world = world
        self.people = people
        self.random = random.Random(seed)
        self.model = Model()
        self.number = 0

    def access(self):
        people = [person.user_id for person in self.people]

        def rule():
            return {
                "group_ids": self.random.sample(GROUPS, self.random.randint(0, 1)),
                "user_ids": self.random.sample(people, self.random.randint(0, 2)),
            }

        return {"read": rule(), "write": rule()}

    def some(self, things):
        return self.random.choice(list(things)) if things else None

    async def upload(self, who):
        self.number += 1
        # Some texts are equal, so that contents are shared.
        words = f"text {self.random.randint(0, 15)}".encode()
        file = await self.world.upload(who, words, f"{self.number}.txt")
        self.model.files[file.id] = {"owner": who.user_id, "access": None, "text": words.decode()}

    async def make_base(self, who):
        control = self.access()
        base = await self.world.base(who, control)
        self.model.bases[base.id] = {"owner": who.user_id, "access": control, "files": {}}

    async def share_base(self, who):
        base_id = self.some(self.model.bases)
        if base_id is None:
            return
        control = self.access()
        request = pb.UpdateKnowledgeRequest(
            id=base_id, name="B", description="", access_control=json.dumps(control).encode()
        )
        allowed = self.model.may(who, "write", self.model.bases[base_id])
        if await self.attempt(who, self.world.knowledge.UpdateKnowledge, request, allowed):
            self.model.bases[base_id]["access"] = control

    async def share_file(self, who):
        file_id = self.some(self.model.files)
        if file_id is None:
            return
        control = self.access()
        request = files_pb.UpdateFileAccessRequest(id=file_id, access_control=json.dumps(control).encode())
        allowed = who.is_admin or self.model.files[file_id]["owner"] == who.user_id
        if await self.attempt(who, self.world.files.UpdateFileAccess, request, allowed):
            self.model.files[file_id]["access"] = control

    async def add(self, who):
        base_id, file_id = self.some(self.model.bases), self.some(self.model.files)
        if base_id is None or file_id is None:
            return
        base, file = self.model.bases[base_id], self.model.files[file_id]
        held = {self.model.files[each]["text"] for each in base["files"]}
        allowed = self.model.may(who, "write", base) and self.model.may(who, "write", file)
        allowed = allowed and self.model.may_read_file(who, file_id)
        request = pb.AddKnowledgeFileRequest(id=base_id, file_id=file_id)
        wanted = allowed and file["text"] not in held
        if await self.attempt(who, self.world.knowledge.AddKnowledgeFile, request, wanted):
            base["files"][file_id] = True

    async def remove(self, who):
        base_id = self.some(self.model.bases)
        file_id = self.some(self.model.bases[base_id]["files"]) if base_id else None
        if file_id is None:
            return
        base, delete = self.model.bases[base_id], self.random.random() < 0.5
        request = pb.RemoveKnowledgeFileRequest(
            id=base_id, delete_file=delete, file=pb.KnowledgeFileId(file_id=file_id)
        )
        allowed = self.model.may(who, "write", base)
        if await self.attempt(who, self.world.knowledge.RemoveKnowledgeFile, request, allowed):
            base["files"].pop(file_id, None)
            alone = not any(file_id in each["files"] for each in self.model.bases.values())
            if delete and alone and self.model.may(who, "write", self.model.files[file_id]):
                del self.model.files[file_id]

    async def delete_file(self, who):
        file_id = self.some(self.model.files)
        if file_id is None:
            return
        allowed = self.model.may(who, "write", self.model.files[file_id])
        request = files_pb.DeleteFileRequest(id=file_id)
        if await self.attempt(who, self.world.files.DeleteFile, request, allowed):
            self.forget(file_id)

    async def delete_base(self, who):
        base_id = self.some(self.model.bases)
        if base_id is None or self.random.random() < 0.5:
            return
        allowed = self.model.may(who, "write", self.model.bases[base_id])
        request = pb.DeleteKnowledgeRequest(id=base_id)
        if await self.attempt(who, self.world.knowledge.DeleteKnowledge, request, allowed):
            del self.model.bases[base_id]

    async def erase(self, who):
        if self.random.random() < 0.9:
            return
        await self.world.parts.erase.user(who.user_id)
        for file_id in [key for key, file in self.model.files.items() if file["owner"] == who.user_id]:
            self.forget(file_id)
        for base_id in [key for key, base in self.model.bases.items() if base["owner"] == who.user_id]:
            del self.model.bases[base_id]

    def forget(self, file_id):
        del self.model.files[file_id]
        for base in self.model.bases.values():
            base["files"].pop(file_id, None)

    async def attempt(self, who, method, request, allowed):
        try:
            await self.world.call(who, method, request)
        except ServiceError:
            assert not allowed, (who, request)
            return False
        assert allowed, (who, request)
        return True

    async def look(self):
        """Compare what one of the people sees with what he may see."""
        who = self.random.choice(self.people)
        for file_id in self.random.sample(list(self.model.files), min(5, len(self.model.files))):
            allowed = self.model.may_read_file(who, file_id)
            await self.attempt(who, self.world.files.GetFile, files_pb.GetFileRequest(id=file_id), allowed)
        answer = await self.world.call(who, self.world.knowledge.ListKnowledge, pb.ListKnowledgeRequest())
        readable = {key for key, base in self.model.bases.items() if self.model.may(who, "read", base)}
        assert answer.total == len(readable)
        assert {item.id for item in answer.items} <= readable
        found = await self.world.call(
            who, self.world.knowledge.SearchKnowledgeFiles, pb.SearchKnowledgeFilesRequest()
        )
        expected = {each for key in readable for each in self.model.bases[key]["files"]}
        assert found.total == len(expected)
        assert {item.id for item in found.items} <= expected


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_nothing_is_left_and_nobody_sees_too_much(start, new_person, seed):
    world = await start()
    people = [new_person(groups=(GROUPS[number % 2],)) for number in range(4)] + [new_person("admin")]
    crowd = Crowd(world, people, seed)
    steps = [crowd.upload, crowd.upload, crowd.make_base, crowd.share_base, crowd.share_file, crowd.add]
    steps += [crowd.add, crowd.add, crowd.remove, crowd.delete_file, crowd.delete_base, crowd.erase]
    for number in range(STEPS):
        await crowd.random.choice(steps)(crowd.random.choice(people))
        if number % 5 == 0:
            await crowd.look()
    files = crowd.model.files
    assert {key.rpartition("/")[2] for key in await world.blobs()} == set(files)
    assert await world.count("file") == len(files)
    assert await world.count("knowledge") == len(crowd.model.bases)
    assert await world.count("knowledge_file") == sum(
        len(base["files"]) for base in crowd.model.bases.values()
    )
    texts = len({file["text"] for file in files.values()})
    assert (await world.count("content"), await world.count("chunk")) == (texts, texts)
    for person in people:
        await world.parts.erase.user(person.user_id)
    for table in ("file", "knowledge", "knowledge_file", "content", "chunk"):
        assert await world.count(table) == 0
    assert not await world.blobs()
