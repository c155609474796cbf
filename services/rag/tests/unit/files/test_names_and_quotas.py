"""Names that are safe, folders inside a base, quotas, and plans of a synchronisation."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from owui_rag.domain.files import MAXIMUM_NAME_LENGTH, extension_of, safe_name
from owui_rag.domain.folders import BadFolder, folder_path
from owui_rag.domain.quotas import MEBIBYTE, Quota, quota_of
from owui_rag.domain.sync_plan import Copy, plan_sync


class TestSafeName:
    @pytest.mark.parametrize(
        ("said", "kept"),
        [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\ada\\notes.txt", "notes.txt"),
            ("a\r\nSet-Cookie: x.txt", "a__Set-Cookie_ x.txt"),
            ("invoice\u202efdp.exe", "invoice_fdp.exe"),
            ("...", "file"),
            ("", "file"),
            ("  .hidden ", "hidden"),
        ],
    )
    def test_leaves_what_is_harmless(self, said, kept):
        assert safe_name(said) == kept

    @given(st.text(max_size=600))
    def test_is_always_one_short_name_that_stays(self, said):
        name = safe_name(said)
        assert name
        assert len(name.encode()) <= MAXIMUM_NAME_LENGTH
        assert not set(name) & set('/\\\x00\r\n"')
        assert safe_name(name) == name

    def test_keeps_the_extension_of_a_long_one(self):
        name = safe_name("ä" * 300 + ".pdf")
        assert extension_of(name) == "pdf"


class TestFolders:
    @pytest.mark.parametrize(
        ("said", "kept"),
        [("", ""), ("/", ""), ("/a//b/", "a/b"), ("a\\b", "a/b"), ("./a/.", "a"), (" a / b ", "a/b")],
    )
    def test_have_one_spelling(self, said, kept):
        assert folder_path(said) == kept

    @pytest.mark.parametrize("said", ["..", "a/../b", "x" * 2000, "/".join("a" * 40), "a\nb"])
    def test_stay_inside(self, said):
        with pytest.raises(BadFolder):
            folder_path(said)


class TestQuotas:
    def values(self, **given):
        usual = {"upload_max_bytes": 9 * MEBIBYTE, "file_max_size": None, "user_max_files": None}
        return SimpleNamespace(**{**usual, "user_max_total_size": None, "group_quotas": {}, **given})

    def test_have_a_limit_that_nobody_passes(self):
        assert quota_of(self.values(), (), is_admin=True) == Quota(9 * MEBIBYTE)
        assert quota_of(self.values(file_max_size=0), (), is_admin=False) == Quota(9 * MEBIBYTE)
        groups = {"g": {"max_size": 100}}
        assert (
            quota_of(self.values(file_max_size=1, group_quotas=groups), ("g",), is_admin=False).size
            == 9 * MEBIBYTE
        )

    def test_are_the_most_generous_of_the_groups(self):
        groups = {"small": {"max_files": 1}, "large": {"max_files": 50}, "free": {"max_total_size": 0}}
        values = self.values(user_max_files=5, user_max_total_size=2, group_quotas=groups)
        assert quota_of(values, ("small", "unknown"), is_admin=False) == Quota(9 * MEBIBYTE, 5, 2 * MEBIBYTE)
        assert quota_of(values, ("small", "large", "free"), is_admin=False) == Quota(9 * MEBIBYTE, 50, None)

    def test_leave_administrators_number_and_sum(self):
        values = self.values(user_max_files=5, user_max_total_size=2, file_max_size=3)
        assert quota_of(values, (), is_admin=True) == Quota(3 * MEBIBYTE)


class TestPlans:
    def test_keep_the_right_one_of_two_with_one_path(self):
        there = [Copy("a", "1", 1)]
        here = [Copy("a", "0", 1, "old"), Copy("a", "1", 1, "new"), Copy("a", "1", 1, "again")]
        plan = plan_sync(there, here)
        assert (plan.add, plan.replace, plan.unchanged) == ([], [], 1)
        assert {copy.file_id for copy in plan.remove} == {"old", "again"}

    @given(
        st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("12")),
        st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("12"))),
    )
    def test_done_make_both_the_same(self, wanted, stored):
        there = [Copy(path, digest, 1) for path, digest in wanted.items()]
        here = [Copy(path, digest, 1, str(number)) for number, (path, digest) in enumerate(stored)]
        plan = plan_sync(there, here)
        gone = {copy.file_id for copy in (*plan.remove, *plan.replace)}
        left = [copy for copy in here if copy.file_id not in gone]
        result = [(copy.path, copy.hash) for copy in (*left, *plan.add, *plan.replace)]
        assert sorted(result) == sorted(wanted.items())
        assert plan.unchanged == len(left)
