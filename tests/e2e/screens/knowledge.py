"""The knowledge bases, the files in one, and documents in a chat."""

from pathlib import Path

from playwright.async_api import FilePayload, Locator, Page, expect

# Puts files into a drag over the page, as a file manager does.
_DROP = """
async (files) => {
    const transfer = new DataTransfer();
    for (const { name, text } of files) transfer.items.add(new File([text], name, { type: 'text/plain' }));
    for (const type of ['dragenter', 'dragover', 'drop']) {
        const init = { bubbles: true, cancelable: true, dataTransfer: transfer };
        document.body.dispatchEvent(new DragEvent(type, init));
    }
}
"""


class Knowledge:
    """What a person does with documents."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.bases = page.get_by_role("list", name="Knowledge bases").get_by_role("listitem")
        self.lines = page.get_by_role("list", name="Files and folders").get_by_role("listitem")
        self.being_read = page.get_by_text("being read")
        self.picker = page.get_by_role("listbox", name="Attach").get_by_role("option")
        self.chips = page.locator("form").get_by_role("list", name="Attached").get_by_role("listitem")
        self.sources = page.get_by_role("list", name="Sources").get_by_role("button")
        self.dialog = page.get_by_role("dialog")
        self.mark = self.dialog.locator("mark")

    async def create(self, name: str, description: str = "", audience: str = "Private") -> None:
        """Make a base and wait until it is open."""
        await self.page.get_by_role("button", name="New knowledge base").click()
        await self.dialog.get_by_label("Name").fill(name)
        await self.dialog.get_by_label("Description").fill(description)
        await self.dialog.get_by_text(audience, exact=True).click()
        await self.dialog.get_by_role("button", name="Create").click()
        await expect(self.page.get_by_role("heading", name=name)).to_be_visible()

    async def choose_folder(self, folder: Path) -> None:
        """Add a whole folder."""
        await self.page.get_by_label("Folder to add").set_input_files(folder)

    async def choose_file(self, name: str, content: bytes) -> None:
        """Add one file."""
        chosen: FilePayload = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        await self.page.get_by_label("Files to add").set_input_files(chosen)

    async def drop(self, **texts: str) -> None:
        """Drop text files on the window; the names get the ending .txt."""
        await self.page.evaluate(
            _DROP, [{"name": f"{name}.txt", "text": text} for name, text in texts.items()]
        )

    async def drop_folder(self, folder: Path) -> None:
        """Drop a folder on the window as the browser itself gets it from a file manager."""
        session = await self.page.context.new_cdp_session(self.page)
        data = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            event = {"type": kind, "x": 600, "y": 400, "data": data}
            await session.send("Input.dispatchDragEvent", event)
        await session.detach()

    def line(self, name: str) -> Locator:
        """The line of a file or folder."""
        return self.lines.filter(has_text=name)

    async def choose(self, name: str, option: str) -> None:
        """Open the menu of a line and choose from it."""
        await self.page.get_by_role("button", name=f"Options of {name}", exact=True).click()
        await (
            self.dialog.get_by_role("button", name=option, exact=True)
            .or_(self.dialog.get_by_role("link", name=option, exact=True))
            .click()
        )

    def box(self, name: str) -> Locator:
        """What chooses a file together with others."""
        return self.page.get_by_role("checkbox", name=f"Choose {name}", exact=True)

    @property
    def chosen(self) -> Locator:
        """What can be done with all that are chosen."""
        return self.page.get_by_role("toolbar", name="Chosen files")

    async def all_read(self, count: int) -> None:
        """Wait until a base has so many files and has read them."""
        number = f"{count} file{'' if count == 1 else 's'}"
        await expect(self.page.get_by_text(number, exact=True).first).to_be_visible()
        await expect(self.being_read).to_have_count(0)

    async def attach_files(self, *files: FilePayload) -> None:
        """Upload files for the message that is being written."""
        await self.page.get_by_label("Files to attach").set_input_files(list(files))
