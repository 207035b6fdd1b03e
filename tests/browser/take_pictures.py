"""`make pictures`: takes the README's pictures anew, from the journey on the demo's page with the whole company."""

import base64
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from bot.sandbox.running import running
from tests.browser.chromium import FLAGS, chromium_here
from tests.browser.test_journey import connects_google, connects_zoho
from tests.browser.visitor import Visitor

PICTURES = Path(__file__).parent / "pictures"
SIZE: ViewportSize = {"width": 1360, "height": 850}

AS_WEBP = """async (png) => {
    const picture = new Image();
    picture.src = "data:image/png;base64," + png;
    await picture.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height });
    canvas.getContext("2d").drawImage(picture, 0, 0);
    return canvas.toDataURL("image/webp", 0.8).split(",")[1];
}"""


class Camera:
    """Takes pictures of a visitor's page, small enough to be kept."""

    def __init__(self, browser: Browser, visitor: Visitor) -> None:
        self._darkroom = browser.new_page()
        self._visitor = visitor

    def takes(self, name: str) -> None:
        self._visitor.page.mouse.move(0, 0)
        png = base64.b64encode(self._visitor.page.screenshot()).decode()
        (PICTURES / f"{name}.webp").write_bytes(base64.b64decode(self._darkroom.evaluate(AS_WEBP, png)))


def take() -> None:
    with running(rate=1) as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_here(), args=FLAGS)
        visitor = Visitor(demo, browser.new_context(viewport=SIZE, locale="en-GB"))
        camera = Camera(browser, visitor)
        visitor.opens_tab("Zoho Inventory").get_by_role("rowheader").first.wait_for()
        camera.takes("page")
        connects_zoho(visitor)
        connects_google(visitor, just_before_the_end=lambda: camera.takes("modal"))
        visitor.reads_what_zsync_says_to_her()
        card = visitor.sees("Nothing has been changed yet")
        card.evaluate("card => card.scrollIntoView()")
        camera.takes("preview")
        visitor.presses("Approve all", card)
        visitor.goes_to("ops-sync")
        visitor.sees("In step: ")
        visitor.opens_tab("Google Contacts").get_by_role("rowheader", name="changed by zsync").first.wait_for()
        camera.takes("result")
        browser.close()


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    take()
