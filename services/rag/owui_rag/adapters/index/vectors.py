"""The tables of vectors, one per generation: how they are made, filled and searched."""

import io
from functools import lru_cache
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from owui_chassis.statements import Statement

from owui_rag.adapters.index.scope_sql import CONTENTS, SCOPE, within
from owui_rag.ports import Vectors

# What pgvector's HNSW takes of halfvec; longer vectors are found by their signs and then compared exactly.
INDEXED_DIMENSIONS = 4_000
# Measured on 100,000 vectors of 384 dimensions: inserting costs half of what pgvector's defaults (16, 64)
# do, and with EF_SEARCH the ten nearest are found as well (0.97).
LINKS = 10
EF_CONSTRUCTION = 32
EF_SEARCH = 100
# A generation with no more numbers than this (4,000 chunks of 384) has no index: comparing all of them takes
# 2.5 ms, and the index costs a quarter when it is built at once of what it costs vector by vector.
UNINDEXED_NUMBERS = 4_000 * 384
# How many by their signs for each that is wanted, and at least.
_RESCORED, _RESCORED_AT_LEAST = 8, 200


def table(generation: int) -> str:
    """Return the name of a generation's table."""
    return f"embedding_{generation:d}"


def nearest_index(generation: int) -> str:
    """Return the name of the index by which the nearest vectors of a generation are found."""
    return f"{table(generation)}_nearest_idx"


def create_statements(generation: int, dimensions: int) -> list[str]:
    """Return the SQL that makes a generation's table, yet without the index of the nearest."""
    name = table(generation)
    # In the row itself: to compare a vector from elsewhere takes a second look-up each, and the planner
    # does not count those when it compares an index with reading everything.
    storage = "PLAIN" if dimensions <= INDEXED_DIMENSIONS else "EXTERNAL"
    return [
        f"""CREATE TABLE {name} (
            chunk_id bigint PRIMARY KEY REFERENCES chunk ON DELETE CASCADE,
            content_id bigint NOT NULL,
            embedding halfvec({dimensions:d}) NOT NULL
        )""",
        f"ALTER TABLE {name} ALTER COLUMN embedding SET STORAGE {storage}",
        f"CREATE INDEX {name}_content_idx ON {name} (content_id)",
    ]


def index_statement(generation: int, dimensions: int) -> str:
    """Return the SQL that indexes the nearest while others go on storing; for no transaction."""
    indexed = "embedding halfvec_ip_ops"
    if dimensions > INDEXED_DIMENSIONS:
        indexed = f"(binary_quantize(embedding)::bit({dimensions:d})) bit_hamming_ops"
    return f"""CREATE INDEX CONCURRENTLY {nearest_index(generation)} ON {table(generation)}
        USING hnsw ({indexed}) WITH (m = {LINKS}, ef_construction = {EF_CONSTRUCTION})"""


async def copy_vectors(
    connection: Any, generation: int, content_id: int, chunk_ids: list[int], vectors: Vectors
) -> None:
    """Add rows by binary COPY over a connection of asyncpg."""
    count, dimensions = vectors.shape
    row = np.dtype([
        ("fields", ">i2"), ("chunk_size", ">i4"), ("chunk", ">i8"),
        ("content_size", ">i4"), ("content", ">i8"),
        ("size", ">i4"), ("dimensions", ">i2"), ("unused", ">i2"), ("embedding", ">f2", (dimensions,)),
    ])  # fmt: skip
    rows = np.zeros(count, row)
    rows["fields"], rows["chunk_size"], rows["content_size"] = 3, 8, 8
    rows["size"], rows["dimensions"] = 4 + 2 * dimensions, dimensions
    rows["chunk"], rows["content"], rows["embedding"] = chunk_ids, content_id, vectors
    body = b"PGCOPY\n\xff\r\n\0" + bytes(8) + rows.tobytes() + b"\xff\xff"
    await connection.copy_to_table(
        table(generation), source=io.BytesIO(body), format="binary",
        columns=["chunk_id", "content_id", "embedding"],
    )  # fmt: skip


# A query of its own: a plan that is kept would else read the text again for each row.
QUERY = "(SELECT CAST(CAST(:vector AS text) AS halfvec({dimensions:d})))"


def vector_text(vector: NDArray[np.float32]) -> str:
    """Return a vector as the parameter :vector takes it: the driver would look at each number of a list."""
    return orjson.dumps(np.ascontiguousarray(vector), option=orjson.OPT_SERIALIZE_NUMPY).decode()


@lru_cache(maxsize=8)
def nearest_indexed(generation: int, dimensions: int) -> Statement:
    """Return the search by the index: chunk_id and similarity of the :count nearest in the scope."""
    query, name, inside = QUERY.format(dimensions=dimensions), table(generation), within("entry.content_id")
    if dimensions <= INDEXED_DIMENSIONS:
        near = f"""
            SELECT entry.chunk_id, -(entry.embedding <#> {query}) AS similarity FROM {name} AS entry
            WHERE {inside} ORDER BY entry.embedding <#> {query} LIMIT CAST(:count AS integer)"""
    else:
        signs = f"binary_quantize(entry.embedding)::bit({dimensions:d})"
        near = f"""
            SELECT rough.chunk_id, -(rough.embedding <#> {query}) AS similarity FROM (
                SELECT entry.chunk_id, entry.embedding FROM {name} AS entry WHERE {inside}
                ORDER BY {signs} <~> binary_quantize({query})::bit({dimensions:d})
                LIMIT greatest(CAST(:count AS integer) * {_RESCORED}, {_RESCORED_AT_LEAST})
            ) AS rough"""
    return Statement(f"""{SCOPE}, near AS MATERIALIZED ({near})
        SELECT chunk_id, similarity FROM near ORDER BY similarity DESC LIMIT CAST(:count AS integer)""")


@lru_cache(maxsize=8)
def nearest_exact(generation: int, dimensions: int) -> Statement:
    """Return the search by comparing every chunk of a small scope, found by its contents."""
    query = QUERY.format(dimensions=dimensions)
    # The index has the negative of this: its order is none of the index's.
    return Statement(f"""{SCOPE}, own AS ({CONTENTS})
        SELECT entry.chunk_id, -(entry.embedding <#> {query}) AS similarity
        FROM own JOIN {table(generation)} AS entry ON entry.content_id = own.content_id
        ORDER BY similarity DESC LIMIT CAST(:count AS integer)""")
