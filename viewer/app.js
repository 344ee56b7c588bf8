// The plain start page: the archive's studies, and a picture of every series with a slider through it. It knows
// nothing of DICOM but QIDO-RS attribute tags; every picture is an <img> of the rendered resource.

const root = 'dicom-web';
const pageSize = 20;
const pictureSize = 448;
const mostInstances = 2000;
const studies = document.getElementById('studies');

const text = (dataset, tag) => {
  const value = dataset[tag]?.Value?.[0];
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? (value.Alphabetic ?? '') : String(value);  // A person's name, perhaps an empty one.
};

async function search(path) {
  const response = await fetch(`${root}/${path}`, { headers: { Accept: 'application/dicom+json' } });
  if (response.status === 204) return [];
  const body = await response.json();
  if (!response.ok) throw new Error(body.detail ?? response.statusText);
  return body;
}

function element(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

// Every picture of a series in order: its instances, and the frames of those that have several.
function pictures(path, instances) {
  return instances
    .filter((instance) => text(instance, '00280010') !== '')
    .sort((a, b) => Number(text(a, '00200013')) - Number(text(b, '00200013')))
    .flatMap((instance) => {
      const resource = `${root}/${path}/instances/${text(instance, '00080018')}`;
      const frames = Number(text(instance, '00280008') || 1);
      if (frames === 1) return [`${resource}/rendered`];
      return Array.from({ length: frames }, (_, index) => `${resource}/frames/${index + 1}/rendered`);
    });
}

async function showSeries(strip, study, series) {
  const path = `studies/${study}/series/${text(series, '0020000E')}`;
  const label = text(series, '0008103E') || 'Series';
  const fields = 'includefield=00280008&includefield=00200013';
  const instances = await search(`${path}/instances?${fields}&limit=${mostInstances}`);
  const urls = pictures(path, instances);
  if (urls.length === 0) return;
  const image = element('img', { alt: label });
  const link = element('a', { target: '_blank', rel: 'noopener' }, image);
  const show = (index) => {
    link.href = urls[index];
    image.src = `${urls[index]}?viewport=${pictureSize},${pictureSize}`;
  };
  const isCut = instances.length === mostInstances;
  const count = `${isCut ? 'the first ' : ''}${urls.length} ${urls.length > 1 ? 'images' : 'image'}`;
  const caption = `${text(series, '00080060')} \u00b7 ${label} \u00b7 ${count}`;
  const figure = element('figure', {}, link, element('figcaption', { textContent: caption }));
  const middle = Math.floor(urls.length / 2);
  if (urls.length > 1) {
    const slider = element('input', { type: 'range', min: 0, max: urls.length - 1, value: middle, ariaLabel: `Image of ${label}` });
    slider.addEventListener('input', () => show(Number(slider.value)));
    figure.append(slider);
  }
  show(middle);
  strip.append(figure);
}

function showProblem(place, error) {
  place.append(element('p', { className: 'problem', textContent: error.message }));
}

async function showStudy(study) {
  const uid = text(study, '0020000D');
  const strip = element('div', { className: 'series' });
  const date = text(study, '00080020').replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
  const name = text(study, '00100010').split('^').filter(Boolean).join(' ');
  const facts = [date, text(study, '00081030'), text(study, '00100020')].filter(Boolean).join(' \u00b7 ');
  studies.append(element('section', {},
    element('h2', { textContent: name || 'No name' }),
    element('p', { className: 'quiet', textContent: facts }), strip));
  try {
    for (const series of await search(`studies/${uid}/series?includefield=0008103E`)) await showSeries(strip, uid, series);
  } catch (error) {
    showProblem(strip, error);
  }
}

async function showPage(offset) {
  studies.ariaBusy = 'true';
  try {
    const found = await search(`studies?includefield=00081030&limit=${pageSize}&offset=${offset}`);
    if (found.length === 0 && offset === 0) studies.append(element('p', { textContent: 'The archive holds no studies.' }));
    for (const study of found) await showStudy(study);
    if (found.length === pageSize) {
      const more = element('button', { textContent: 'More studies' });
      more.addEventListener('click', () => { more.remove(); showPage(offset + pageSize); });
      studies.append(more);
    }
  } catch (error) {
    showProblem(studies, error);
  }
  studies.ariaBusy = 'false';
}

showPage(0);
