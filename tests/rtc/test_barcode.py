"""The barcode that glass-to-glass times are read by, on one page that calls itself: it says the truth, and sees a late picture."""

from pathlib import Path

import pytest

from tests.browser.chromium import OpenContext
from tests.hall import running_hall
from tests.rtc.barcode import PAINTS, ages

pytestmark = pytest.mark.browser

LATE_S = 0.3
LOOKS_S = 2

# As between two halls, encoded and decoded, but within one page.
CALLS_ITSELF = """async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  const [one, other] = [new RTCPeerConnection(), new RTCPeerConnection()];
  one.onicecandidate = ({ candidate }) => candidate && other.addIceCandidate(candidate);
  other.onicecandidate = ({ candidate }) => candidate && one.addIceCandidate(candidate);
  const video = Object.assign(document.createElement("video"), { muted: true, autoplay: true });
  other.ontrack = ({ track }) => { video.srcObject = new MediaStream([track]); };
  one.addTrack(stream.getVideoTracks()[0]);
  await one.setLocalDescription();
  await other.setRemoteDescription(one.localDescription);
  await other.setLocalDescription();
  await one.setRemoteDescription(other.localDescription);
  document.body.prepend(video);
  await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
}"""


async def test_a_barcode_tells_how_old_a_picture_is(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        context = await open_context((960, 540))
        await context.grant_permissions(["camera", "microphone"], origin=hall.url)
        await context.add_init_script(PAINTS)
        page = await context.new_page()
        await page.goto(f"{hall.url}/privacy")
        await page.evaluate(CALLS_ITSELF)
        plain = await ages(page, "video", LOOKS_S)
        await page.evaluate("(late) => { window.late = late; }", 1000 * LATE_S)
        await page.wait_for_timeout(1_000)
        late = await ages(page, "video", LOOKS_S)
    assert min(len(plain), len(late)) > 5, "pictures were read"
    assert all(0 <= age < 10 for age in plain)
    # The quickest: what a busy machine makes of the others says nothing of the barcode.
    assert abs(min(late) - min(plain) - LATE_S) < 0.2
