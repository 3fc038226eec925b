// How far two pictures differ, counted in the browser, which can read them.

const STEP_MAX = 48;       // of 255, in a channel: the edge of a letter, drawn a little differently
const HEIGHT_OFF_MAX = 6;  // pixels that a line more or less of hinting may add up to

/** The share of pixels that differ, 0 to 1; 1 when the sizes do. */
export function differing(page, kept, seen) {
  return page.evaluate(async ({ images, step, off }) => {
    const [a, b] = await Promise.all(images.map(async (base64) => {
      const image = new Image();
      image.src = `data:image/png;base64,${base64}`;
      await image.decode();
      return image;
    }));
    if (a.width !== b.width || Math.abs(a.height - b.height) > off) return 1;
    const height = Math.min(a.height, b.height);
    const [one, two] = [a, b].map((image) => {
      const canvas = new OffscreenCanvas(image.width, height).getContext('2d');
      canvas.drawImage(image, 0, 0);
      return canvas.getImageData(0, 0, image.width, height).data;
    });
    let count = 0;
    for (let i = 0; i < one.length; i += 4)
      if ([0, 1, 2].some((channel) => Math.abs(one[i + channel] - two[i + channel]) > step)) count += 1;
    return count / (one.length / 4);
  }, { images: [kept, seen].map((png) => png.toString('base64')), step: STEP_MAX, off: HEIGHT_OFF_MAX });
}
