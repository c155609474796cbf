"""Requests about knowledge bases."""

import json

from owui.rag.v1 import knowledge_service_pb2 as pb

PUBLIC = b""
GONE = "We could not find what you're looking for"


def create(name="Base", access=b"{}", description=""):
    return pb.CreateKnowledgeRequest(name=name, description=description, access_control=access)


def update(base, access, name="Base"):
    return pb.UpdateKnowledgeRequest(id=base.id, name=name, description="", access_control=access)


def access(**rights):
    return json.dumps(rights).encode()
