// Turns a volume over gRPC and saves the picture at rest.
//
//   cd examples && npm ci
//   node interact.mjs 127.0.0.1:8090 STUDY SERIES volume.png

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';

const [address, study, series, file] = process.argv.slice(2);
const definition = protoLoader.loadSync('vitrine/v1/render_service.proto', {
  includeDirs: [fileURLToPath(new URL('../proto', import.meta.url))],
  longs: Number, enums: String, oneofs: true,
});
const { RenderService } = grpc.loadPackageDefinition(definition).vitrine.v1;
const client = new RenderService(address, grpc.credentials.createInsecure(), {
  'grpc.max_receive_message_length': 64 << 20,
});
const stream = client.Interact();

// Every update carries the whole view.
const last = 20;
function turn(sequence) {
  const angle = (6 * sequence * Math.PI) / 180;
  stream.write({
    sequence,
    moving: true,
    view: {
      target: { studyInstanceUid: study, seriesInstanceUid: series },
      volume: {
        camera: {
          position: { x: 500 * Math.sin(angle), y: -500 * Math.cos(angle) },
          lookAt: {}, // mm; only the direction from the position to it matters.
          fieldOfViewMm: 500,
        },
      },
    },
    output: { format: 'PNG' },
  });
  if (sequence === last) stream.end(); // No more: the call ends with the picture at full quality.
}

let sent = 1;
stream.on('data', (frame) => {
  if (frame.error) {
    console.error(frame.error.message);
    process.exitCode = 1;
    stream.cancel();
  } else if (!frame.picture) {
    console.log(`loading: ${Math.round(100 * frame.progress)}%`);
  } else {
    const { width, height, mediaType, data } = frame.picture;
    console.log(`${frame.sequence}: ${width} x ${height} ${mediaType}, ${data.length} bytes${frame.preliminary ? ', preliminary' : ''}`);
    writeFileSync(file, data);
    if (sent < last) turn(++sent);
  }
});
stream.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
turn(sent);
