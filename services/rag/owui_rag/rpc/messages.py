"""Rows as messages of the contracts."""

from collections.abc import Iterable, Mapping

import msgspec
from owui.rag.v1.file_pb2 import File, Owner
from owui.rag.v1.knowledge_pb2 import Knowledge, KnowledgeFile

from owui_rag.domain.files import FileRow, public_data, public_meta
from owui_rag.domain.knowledge import KnowledgeRow, LinkedFileRow

Owners = Mapping[str, Owner]


def file_message(row: FileRow) -> File:
    """Return a file."""
    return File(
        id=row.id,
        user_id=row.user_id,
        hash=row.hash,
        filename=row.filename,
        data=public_data(row),
        meta=public_meta(row),
        access_control=_raw(row.access_control),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def knowledge_message(
    row: KnowledgeRow, owners: Owners | None = None, files: Iterable[FileRow] | None = None
) -> Knowledge:
    """Return a base, with its owner and its files as far as they are given."""
    return Knowledge(
        id=row.id,
        user_id=row.user_id,
        name=row.name,
        description=row.description,
        meta=_raw(row.meta),
        access_control=_raw(row.access_control),
        created_at=row.created_at,
        updated_at=row.updated_at,
        files=None if files is None else _files_json(files),
        user=(owners or {}).get(row.user_id),
        write_access=row.writable,
    )


def linked_file_message(link: LinkedFileRow, owners: Owners) -> KnowledgeFile:
    """Return a file as a member of a base."""
    row = link.file
    return KnowledgeFile(
        id=row.id,
        user_id=row.user_id,
        hash=row.hash,
        filename=row.filename,
        data=public_data(row),
        meta=public_meta(row),
        created_at=row.created_at,
        updated_at=row.updated_at,
        user=owners.get(row.user_id),
        folder=link.folder,
        knowledge_id=link.knowledge_id,
    )


def _raw(text: str | None) -> bytes | None:
    return None if text is None else text.encode()


def _files_json(files: Iterable[FileRow]) -> bytes:
    return msgspec.json.encode(
        [
            {
                "id": row.id,
                "hash": row.hash,
                "meta": msgspec.Raw(public_meta(row)),
                "created_at": row.created_at,
                "updated_at": row.updated_at,
            }
            for row in files
        ]
    )
