"""Knowledge bases from the first folder to an answer that shows where it comes from."""

import re
from pathlib import Path

import pytest
import pytest_asyncio
from owui_local.surroundings import REPOSITORY
from owui_testkit.fake_provider import FakeProvider, Reply
from playwright.async_api import expect

from .fixtures import OpenWindow
from .installation import Account, Installation
from .screens.knowledge import Knowledge
from .window import Window

HOLIDAYS = (
    "Everybody has thirty days of holidays in a year. What is left in December lasts until the end of March."
)
TRAVEL = "Whoever travels abroad gets forty-eight euros a day for meals."
PARKING = "The car park behind the building opens at six in the morning."
FILLING = "\n\n".join(f"Paragraph {number} is about the history of the company." for number in range(200))
QUERIES = Reply(('{"queries": ["thirty days of holidays, left in December"]}',))


@pytest_asyncio.fixture(loop_scope="session")
async def kate(installation: Installation) -> Account:
    """Somebody who may make knowledge bases."""
    return await installation.person("Katherine Johnson", role="admin")


@pytest_asyncio.fixture(loop_scope="session")
async def library(installation: Installation, kate: Account, open_window: OpenWindow) -> Window:
    """A window of hers on the page of the knowledge bases."""
    opened = await open_window(installation.base_url, kate)
    await opened.visit("/workspace/knowledge")
    return opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of documents, one of them in a folder of its own, and what a system leaves there."""
    handbook = tmp_path / "handbook"
    (handbook / "abroad").mkdir(parents=True)
    (handbook / "holidays.md").write_text(f"# Time\n\n{FILLING}\n\n## Holidays\n\n{HOLIDAYS}\n\n{FILLING}\n")
    (handbook / "parking.txt").write_text(PARKING)
    (handbook / "abroad" / "travel.txt").write_text(TRAVEL)
    (handbook / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    return handbook


class TestBase:
    async def test_a_folder_becomes_findable_and_an_answer_shows_its_passage(
        self, library: Window, folder: Path, provider: FakeProvider
    ) -> None:
        knowledge = Knowledge(library.page)
        await knowledge.create("Handbook of Kate", "What people ask about")
        await knowledge.choose_folder(folder)
        await knowledge.all_read(3)
        await expect(knowledge.line("handbook")).to_contain_text("3 files")
        await knowledge.line("handbook").get_by_role("button").first.click()
        await expect(knowledge.lines).to_have_text(
            [re.compile("abroad"), re.compile(r"holidays\.md"), re.compile(r"parking\.txt")]
        )

        await library.page.get_by_role("link", name="Ask about it").click()
        await expect(knowledge.chips).to_have_text([re.compile("Handbook of Kate")])
        provider.script(QUERIES, Reply(("Thirty ", "days [1]", ".")))
        await library.chat.ask_and_wait("How many holidays do I have?")
        prompt = provider.completions[-1].json["messages"][-1]["content"]
        assert HOLIDAYS in prompt
        await expect(library.chat.answer).to_contain_text("Thirty days 1.")
        await expect(knowledge.sources.first).to_contain_text("holidays.md")

        await library.chat.text.get_by_role("button", name="Source 1").click()
        await expect(knowledge.mark).to_contain_text(HOLIDAYS)
        await expect(knowledge.mark).to_be_in_viewport()
        await library.page.keyboard.press("Escape")
        await expect(knowledge.dialog).to_be_hidden()

        await library.page.reload()
        await knowledge.sources.first.click()
        await expect(knowledge.mark).to_contain_text(HOLIDAYS)

    async def test_dropped_files_are_renamed_moved_shown_and_removed(self, library: Window) -> None:
        knowledge = Knowledge(library.page)
        await knowledge.create("Dropped things")
        await knowledge.drop(first=HOLIDAYS, second=TRAVEL)
        await knowledge.all_read(2)
        await expect(knowledge.lines).to_have_count(2)

        await knowledge.choose("first.txt", "Rename")
        await knowledge.dialog.get_by_label("Name").fill("renamed.txt")
        await knowledge.dialog.get_by_role("button", name="Rename").click()
        await expect(knowledge.line("renamed.txt")).to_be_visible()
        await knowledge.line("renamed.txt").get_by_role("button").first.click()
        await expect(knowledge.dialog).to_contain_text(HOLIDAYS)
        await library.page.keyboard.press("Escape")

        await knowledge.choose("second.txt", "Move to a folder")
        await knowledge.dialog.get_by_label("Folder").fill("trips/2026")
        await knowledge.dialog.get_by_role("button", name="Move").click()
        await expect(knowledge.line("trips")).to_contain_text("1 file")
        await library.page.get_by_label("Search files").fill("second")
        await expect(knowledge.lines).to_have_text([re.compile("second.txt.*trips/2026", re.DOTALL)])
        await library.page.get_by_label("Search files").fill("")

        await knowledge.choose("renamed.txt", "Remove")
        await library.chat.confirm("Remove")
        await expect(knowledge.lines).to_have_text([re.compile("trips")])

    async def test_several_files_are_moved_read_again_and_removed_together(self, library: Window) -> None:
        knowledge, page = Knowledge(library.page), library.page
        await knowledge.create("Several at once")
        await knowledge.drop(a=HOLIDAYS, b=TRAVEL, c=PARKING, d="Nobody needs this.", e="Nor that.")
        await knowledge.all_read(5)

        await knowledge.box("b.txt").check()
        await knowledge.box("d.txt").click(modifiers=["Shift"])
        await expect(knowledge.chosen).to_contain_text("3 chosen")
        await knowledge.chosen.get_by_role("button", name="Move", exact=True).click()
        await knowledge.dialog.get_by_label("Folder").fill("kept")
        await knowledge.dialog.get_by_role("button", name="Move").click()
        await expect(knowledge.line("kept")).to_contain_text("3 files")
        await expect(knowledge.lines).to_have_count(3)

        await knowledge.chosen.get_by_role("checkbox").check()
        await expect(knowledge.chosen).to_contain_text("2 chosen")
        async with page.expect_response("**/file/update") as answer:
            await knowledge.chosen.get_by_role("button", name="Read again").click()
        assert (await answer.value).ok
        await expect(page.get_by_text("2 files are read once more.")).to_be_visible()
        await knowledge.all_read(5)

        await knowledge.line("kept").get_by_role("button").first.click()
        await expect(knowledge.chosen).to_contain_text("Choose all on this page")
        await knowledge.box("c.txt").check()
        await knowledge.box("d.txt").check()
        await knowledge.chosen.get_by_role("button", name="Remove").click()
        await library.chat.confirm("Remove")
        await expect(knowledge.lines).to_have_text([re.compile(r"b\.txt")])
        await expect(page.get_by_text("3 files", exact=True).first).to_be_visible()

    async def test_a_file_that_cannot_be_read_says_why_and_can_be_tried_again(self, library: Window) -> None:
        knowledge = Knowledge(library.page)
        await knowledge.create("With a failure")
        await knowledge.choose_file("broken.pdf", b"%PDF-1.7\nnothing in it")
        failure = knowledge.line("broken.pdf").get_by_role("alert")
        await expect(failure.locator("p")).not_to_be_empty()
        await expect(library.page.get_by_text("1 file could not be read.")).to_be_visible()
        async with library.page.expect_response("**/file/update") as answer:
            await failure.get_by_role("button", name="Try again: broken.pdf").click()
        assert (await answer.value).ok
        await expect(failure.locator("p")).not_to_be_empty()

    async def test_a_folder_that_is_dropped_again_brings_only_what_is_new(
        self, library: Window, folder: Path
    ) -> None:
        library.expect_error("status of 400.*/api/v1/files/")
        knowledge, page = Knowledge(library.page), library.page
        await knowledge.create("Dropped twice")
        (folder / "empty.txt").touch()
        await knowledge.drop_folder(folder)
        uploads = page.get_by_role("region", name="Uploads")
        await expect(uploads).to_contain_text("1 file was not taken")
        await expect(uploads).to_contain_text("empty.txt — The file is empty.")
        await knowledge.all_read(3)

        (folder / "abroad" / "travel.txt").write_text("Trips are paid by the kilometre now.")
        await knowledge.drop_folder(folder)
        await expect(page.get_by_text("2 files are there already.")).to_be_visible()
        await page.get_by_label("Search files").fill("travel")
        await expect(knowledge.lines).to_have_count(1)
        await knowledge.line("travel.txt").get_by_role("button").first.click()
        await expect(knowledge.dialog).to_contain_text("paid by the kilometre")
        await page.keyboard.press("Escape")
        await knowledge.all_read(3)
        await uploads.get_by_role("button", name="Dismiss").click()
        await expect(uploads).to_have_count(0)

    async def test_reading_waits_goes_on_and_is_given_up(
        self, library: Window, installation: Installation, kate: Account
    ) -> None:
        knowledge, page = Knowledge(library.page), library.page
        await knowledge.create("Too much of it")
        base = page.url.rsplit("/", 1)[1]
        # So much that reading takes far longer than the clicks below.
        texts = {f"long{number}": f"Number {number}. {FILLING * 10}" for number in range(24)}
        await knowledge.drop(**texts)
        pause, go_on = page.get_by_role("button", name="Pause"), page.get_by_role("button", name="Go on")
        paused = page.get_by_text("Reading is paused")
        await pause.click()
        await expect(paused).to_be_visible()
        await page.reload()
        await expect(paused).to_be_visible()
        await go_on.click()
        await expect(paused).to_have_count(0)
        await pause.click()
        await expect(paused).to_be_visible()
        await page.get_by_role("button", name="Stop", exact=True).click()
        await library.chat.confirm("Stop")
        await expect(page.get_by_text("could not be read.").first).to_be_visible()
        await knowledge.all_read(24)
        await expect(knowledge.lines.get_by_role("alert").first).to_contain_text("cancelled")

        await page.get_by_role("button", name="Options of this base").click()
        await knowledge.dialog.get_by_role("button", name="Delete").click()
        await library.chat.confirm("Delete")
        await page.wait_for_url("**/workspace/knowledge")
        left = await installation.call("GET", "/api/v1/files/?content=false", token=kate.token)
        assert [file["filename"] for file in left if file["filename"].startswith("long")] == []
        assert base not in str(await installation.call("GET", "/api/v1/knowledge/", token=kate.token))


class TestSharing:
    async def test_a_base_is_seen_by_those_it_is_shared_with(
        self, library: Window, installation: Installation, grace: Account, open_window: OpenWindow
    ) -> None:
        knowledge = Knowledge(library.page)
        await knowledge.create("Only mine")
        await library.visit("/workspace/knowledge")
        await library.page.get_by_role("button", name="New knowledge base").click()
        await knowledge.dialog.get_by_label("Name").fill("For Grace")
        await knowledge.dialog.get_by_text("Shared", exact=True).click()
        await knowledge.dialog.get_by_label("Add a group or a person").fill(grace.email)
        await knowledge.dialog.get_by_role("option", name=re.compile("Grace Hopper")).click()
        await knowledge.dialog.get_by_role("button", name="Create").click()
        await expect(library.page.get_by_text("1 person")).to_be_visible()
        await knowledge.drop(travel=TRAVEL)
        await knowledge.all_read(1)
        address = library.page.url.removeprefix(library.base_url)

        window = await open_window(installation.base_url, grace)
        hers = Knowledge(window.page)
        await window.visit("/workspace/knowledge")
        await expect(hers.bases).to_have_text([re.compile("For Grace.*Read only", re.DOTALL)])
        await window.visit(address)
        await expect(hers.line("travel.txt")).to_be_visible()
        await expect(window.page.get_by_role("button", name="Add files")).to_have_count(0)
        await hers.line("travel.txt").get_by_role("button").first.click()
        await expect(hers.dialog).to_contain_text(TRAVEL)


class TestAttaching:
    async def test_a_base_is_found_by_typing_and_an_attached_file_is_read_first(
        self, library: Window, provider: FakeProvider
    ) -> None:
        knowledge = Knowledge(library.page)
        await knowledge.create("Car parks")
        await library.visit()
        composer = library.chat.composer
        await composer.press_sequentially("When does it open? #car")
        await expect(knowledge.picker.first).to_contain_text("Car parks")
        await composer.press("Enter")
        await expect(composer).to_have_value("When does it open? ")
        await expect(composer).to_be_focused()
        await expect(knowledge.chips).to_have_text([re.compile("Car parks")])
        await library.page.get_by_role("button", name="Remove Car parks").click()
        await expect(knowledge.chips).to_have_count(0)

        await knowledge.attach_files(
            {"name": "parking.txt", "mimeType": "text/plain", "buffer": PARKING.encode()}
        )
        provider.script(QUERIES, Reply(("At six [1].",)))
        await composer.press("Enter")
        await library.page.wait_for_url("**/c/*")
        await expect(library.chat.questions.get_by_role("list", name="Attached")).to_contain_text(
            "parking.txt"
        )
        await library.chat.answered()
        assert PARKING in provider.completions[-1].json["messages"][-1]["content"]
        await knowledge.sources.first.click()
        await expect(knowledge.mark).to_have_text(PARKING)

    async def test_a_chat_goes_on_when_a_base_of_it_is_deleted(
        self, library: Window, installation: Installation, kate: Account, provider: FakeProvider
    ) -> None:
        library.expect_error(r"status of 40\d")
        knowledge = Knowledge(library.page)
        await knowledge.create("Soon gone")
        base = library.page.url.rsplit("/", 1)[1]
        await library.page.get_by_role("link", name="Ask about it").click()
        await expect(knowledge.chips).to_have_text([re.compile("Soon gone")])
        provider.script(QUERIES, Reply(("Nothing there.",)))
        await library.chat.ask_and_wait("What is in it?")
        await expect(library.chat.answer).to_contain_text("Nothing fitting was found in the documents")
        await installation.call("DELETE", f"/api/v1/knowledge/{base}/delete", token=kate.token)
        await library.chat.ask_and_wait("And now?")
        await expect(library.chat.text.last).not_to_be_empty()
        await expect(library.chat.answer.get_by_role("alert")).to_have_count(0)

    async def test_notes_and_folders_are_found_beside_knowledge_in_a_low_window(
        self, library: Window, installation: Installation, kate: Account, provider: FakeProvider
    ) -> None:
        for number in range(6):
            form = {"name": f"Yellow {number}", "description": "", "access_control": {}}
            await installation.call("POST", "/api/v1/knowledge/create", form, kate.token)
        note = {"title": "Yellow bicycles", "data": {"content": {"md": "Seventeen of them are ordered."}}}
        await installation.call("POST", "/api/v1/notes/create", note, kate.token)
        await installation.call("POST", "/api/v1/folders/", {"name": "Yellow project"}, kate.token)
        await library.page.set_viewport_size({"width": 1280, "height": 560})
        knowledge, composer = Knowledge(library.page), library.chat.composer
        await library.visit()
        await composer.press_sequentially("How many? #yellow")
        await expect(knowledge.picker).to_have_count(8)
        await expect(knowledge.picker.first).to_be_in_viewport(ratio=1)
        await knowledge.picker.filter(has_text="Yellow project").click()
        await composer.press_sequentially("#bicyc")
        await expect(knowledge.picker).to_have_text(["Yellow bicycles"])
        await composer.press("Enter")
        await expect(knowledge.chips).to_have_text(
            [re.compile("Yellow project.*Folder", re.DOTALL), re.compile("Yellow bicycles.*Note", re.DOTALL)]
        )
        provider.script(QUERIES, Reply(("Seventeen.",)))
        await composer.press("Enter")
        await library.chat.answered()
        assert "Seventeen of them are ordered." in provider.completions[-1].json["messages"][-1]["content"]
        attached = library.chat.questions.get_by_role("list", name="Attached")
        await expect(attached.get_by_role("listitem")).to_have_text(["Yellow project", "Yellow bicycles"])

    async def test_a_picture_goes_to_the_model_itself(self, library: Window, provider: FakeProvider) -> None:
        knowledge = Knowledge(library.page)
        await library.visit()
        picture = (REPOSITORY / "web/static/static/favicon.png").read_bytes()
        await knowledge.attach_files({"name": "shot.png", "mimeType": "image/png", "buffer": picture})
        await expect(knowledge.chips).to_have_text([re.compile("shot.png.*Picture", re.DOTALL)])
        provider.script(Reply(("A bubble.",)))
        await library.chat.ask_and_wait("What is this?")
        [text, image] = provider.completions[-1].json["messages"][-1]["content"]
        assert text == {"type": "text", "text": "What is this?"}
        assert image["image_url"]["url"].startswith("data:image/jpeg;base64,")
        await library.page.reload()
        await expect(library.chat.questions.get_by_role("img", name="shot.png")).to_be_visible()

    async def test_a_page_that_may_not_be_read_says_so(self, library: Window) -> None:
        library.expect_error("status of 4.*process/web")
        knowledge = Knowledge(library.page)
        await library.visit()
        await library.chat.composer.press_sequentially(f"#{library.base_url}")
        await expect(knowledge.picker).to_contain_text(["Read this page"])
        await library.chat.composer.press("Enter")
        await expect(knowledge.chips.get_by_role("alert")).not_to_be_empty()
        await expect(library.chat.send_button).to_be_disabled()


class TestSettings:
    async def test_a_change_is_kept(self, library: Window) -> None:
        await library.visit("/admin/documents")
        passages = library.page.get_by_label("Passages per question")
        before = await passages.input_value()
        await passages.fill("0")
        await expect(library.page.get_by_text("At least 1.")).to_be_visible()
        for value in (str(int(before) + 4), before):
            await passages.fill(value)
            await library.page.get_by_role("button", name="Save").click()
            await expect(library.page.get_by_text("Saved.")).to_be_visible()
            await library.page.reload()
            await expect(passages).to_have_value(value)


class TestPhone:
    async def test_the_pages_fit(
        self, installation: Installation, kate: Account, open_window: OpenWindow
    ) -> None:
        size = {"width": 360, "height": 740}
        phone = await open_window(installation.base_url, kate, viewport=size, is_mobile=True, has_touch=True)
        knowledge = Knowledge(phone.page)
        await phone.visit("/workspace/knowledge")
        await knowledge.create("On a phone with a name that is rather long for such a screen")
        await knowledge.drop(a_file_with_a_name_that_is_much_too_long_for_one_line_of_a_phone=TRAVEL)
        await knowledge.all_read(1)
        for path in (phone.page.url.removeprefix(phone.base_url), "/workspace/knowledge", "/admin/documents"):
            await phone.visit(path)
            await expect(phone.page.get_by_role("heading").first).to_be_visible()
            await expect(phone.page.locator(".skeleton")).to_have_count(0)
            width = await phone.page.evaluate(
                "Math.max(document.documentElement.scrollWidth, document.querySelector('main').scrollWidth)"
            )
            assert width <= size["width"], path
