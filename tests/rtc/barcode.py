"""The time as a barcode in a hall's picture, painted where a camera would be and read off the other hall's wall.

Both browsers run on one machine and so by one clock: what is read, taken from the time it is read at, is how old the picture is
when it is shown. That holds drawing, encoding, the way, the jitter buffer and decoding; not what camera and projector take for
themselves, which no program sees.
"""

from playwright.async_api import Page

BITS = 20
"""Of a millisecond's number: it begins anew after seventeen minutes."""

# Each bit is a block with its opposite below: what was not drawn whole, or suffered on the way, is no number at all.
PAINTS = f"""
{{
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const canvas = Object.assign(document.createElement("canvas"), {{ width: 640, height: 360 }});
  const paper = canvas.getContext("2d");
  const side = canvas.width / {BITS};
  window.late = 0;
  const paint = () => {{
    const stamp = Math.floor(performance.timeOrigin + performance.now() - window.late) % 2 ** {BITS};
    for (let bit = 0; bit < {BITS}; bit += 1) {{
      const on = Math.floor(stamp / 2 ** bit) % 2 === 1;
      paper.fillStyle = on ? "white" : "black";
      paper.fillRect(bit * side, 0, side, canvas.height / 2);
      paper.fillStyle = on ? "black" : "white";
      paper.fillRect(bit * side, canvas.height / 2, side, canvas.height / 2);
    }}
  }};
  paint();
  setInterval(paint, 33);
  window.painted = canvas.captureStream(30);
  navigator.mediaDevices.getUserMedia = async (wanted) => {{
    const stream = await ask({{ ...wanted, video: false }});
    if (wanted.video) stream.addTrack(window.painted.getVideoTracks()[0].clone());
    return stream;
  }};
}}
"""

# Ages of the pictures that a video shows, in milliseconds, until it is gone.
READS = f"""(place) => {{
  const video = document.querySelector(place);
  const paper = new OffscreenCanvas({BITS}, 2).getContext("2d", {{ willReadFrequently: true }});
  window.ages = [];
  const read = () => {{
    const shown = Math.floor(performance.timeOrigin + performance.now());
    for (const row of [0, 1])
      for (let bit = 0; bit < {BITS}; bit += 1) {{
        const [width, height] = [video.videoWidth / {BITS}, video.videoHeight / 2];
        paper.drawImage(video, (bit + 0.4) * width, (row + 0.4) * height, width / 5, height / 5, bit, row, 1, 1);
      }}
    const {{ data }} = paper.getImageData(0, 0, {BITS}, 2);
    const isOn = (at) => data[4 * at + 1] > 127;
    let stamp = 0;
    let whole = true;
    for (let bit = 0; bit < {BITS}; bit += 1) {{
      stamp += isOn(bit) ? 2 ** bit : 0;
      whole &&= isOn(bit) !== isOn({BITS} + bit);
    }}
    const age = (shown - stamp) % 2 ** {BITS};
    if (whole) window.ages.push(age);
    video.requestVideoFrameCallback(read);
  }};
  video.requestVideoFrameCallback(read);
}}"""


async def ages(wall: Page, place: str, seconds: float) -> list[float]:
    """How old each picture was when it was shown there, in seconds, as long as one looks."""
    await wall.evaluate(READS, place)
    await wall.wait_for_timeout(1000 * seconds)
    return [age / 1000 for age in await wall.evaluate("window.ages")]
