// The demonstration's CT as the archive's own metadata describes it, and planes through it as the service renders them.

import { boxOf } from './page.mjs';

export async function ctVolume(page, base) {
  return page.evaluate(async (root) => {
    const get = async (path) => (await fetch(`${root}dicom-web/${path}`, { headers: { Accept: 'application/dicom+json' } })).json();
    const [found] = await get('series?Modality=CT');
    const [study, series] = ['0020000D', '0020000E'].map((tag) => found[tag].Value[0]);
    const images = await get(`studies/${study}/series/${series}/metadata`);
    const values = (image, tag) => image[tag].Value.map(Number);
    const positions = images.map((image) => values(image, '00200032')).sort((a, b) => a[2] - b[2]);
    const [first, last] = [positions[0], positions[positions.length - 1]];
    const [rowSpacing, columnSpacing] = values(images[0], '00280030');
    const counts = [values(images[0], '00280011')[0], values(images[0], '00280010')[0], images.length];
    const spacings = [columnSpacing, rowSpacing, (last[2] - first[2]) / (images.length - 1)];
    return {
      path: `${root}dicom-web/studies/${study}/series/${series}`,
      size: counts.map((count, axis) => count * spacings[axis]),
      middle: first.map((value, axis) => value + ((counts[axis] - 1) * spacings[axis]) / 2),
    };
  }, base);
}

// The address of a picture as large as the viewport; resource: "renderedmpr" or "rendered3d".
export async function pictureUrl(page, volume, resource, view, query) {
  const box = await boxOf(view);
  const ratio = await page.evaluate(() => devicePixelRatio);
  return `${volume.path}/${resource}?viewport=${Math.round(box.width * ratio)},${Math.round(box.height * ratio)}&${query}`;
}
