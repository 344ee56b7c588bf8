// Usage: node build.mjs FOLDER: writes the page, its scripts and icons, and a gzip twin of what compresses.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { iconPng } from './icon.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = process.argv[2];
mkdirSync(target, { recursive: true });

async function bundle(entry, format) {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'src', entry)],
    absWorkingDir: root,
    tsconfig: join(root, 'tsconfig.json'),
    bundle: true,
    minify: true,
    format,
    target: 'es2021',
    legalComments: 'inline',
    write: false,
  });
  return outputFiles[0].contents;
}

const files = new Map(readdirSync(join(root, 'static')).map((name) => [name, readFileSync(join(root, 'static', name))]));
files.set('app.js', await bundle('app/app.ts', 'esm'));
files.set('embed.js', await bundle('embed.ts', 'iife'));
for (const size of [192, 512]) files.set(`icon-${size}.png`, iconPng(size));

for (const [name, content] of files) {
  writeFileSync(join(target, name), content);
  if (!name.endsWith('.png')) writeFileSync(join(target, `${name}.gz`), gzipSync(content, { level: 9 }));
}
