// The icon of static/icon.svg as PNG files, drawn by distance to its shapes and averaged over 4 x 4 points a pixel.

import { deflateSync } from 'node:zlib';

const ground = [15, 21, 28];
const accent = [124, 196, 255];
const steps = 4;

// Opacity of the accent at a point of the 64 x 64 grid.
function strokeAt(x, y) {
  const radius = Math.hypot(x - 32, y - 32);
  if (radius <= 6 || Math.abs(radius - 17) <= 1.75) return 1;
  return radius < 17 && Math.min(Math.abs(x - 32), Math.abs(y - 32)) <= 1.75 ? 0.45 : 0;
}

function pixel(x, y, size) {
  let opacity = 0;
  for (let i = 0; i < steps * steps; i += 1) {
    const at = (base, step) => ((base + (step + 0.5) / steps) * 64) / size;
    opacity += strokeAt(at(x, i % steps), at(y, Math.floor(i / steps))) / (steps * steps);
  }
  return ground.map((value, channel) => Math.round(value + (accent[channel] - value) * opacity));
}

function crc(bytes) {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc(body));
  return Buffer.concat([length, body, check]);
}

export function iconPng(size) {
  const rows = Array.from({ length: size }, (_, y) =>
    Buffer.from([0, ...Array.from({ length: size }, (_, x) => pixel(x, y, size)).flat()]));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}
