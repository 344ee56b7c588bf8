"""Turns a volume over gRPC and saves the picture at rest.

    protoc --proto_path=proto --python_out=examples proto/vitrine/v1/*.proto      # the messages, once
    python3 examples/interact.py 127.0.0.1:8090 STUDY SERIES volume.png           # apt install python3-grpcio
"""

import math
import queue
import sys

import grpc

from vitrine.v1 import render_service_pb2 as pb
from vitrine.v1 import view_pb2


def view_from(degrees, study, series):
    """The whole state of the view, as every update carries it."""
    view = view_pb2.View()
    view.target.study_instance_uid = study
    view.target.series_instance_uid = series
    angle = math.radians(degrees)
    camera = view.volume.camera
    camera.look_at.z = 0  # mm; only the direction from the position to it matters.
    camera.position.x, camera.position.y = 500 * math.sin(angle), -500 * math.cos(angle)
    camera.field_of_view_mm = 500
    return view


def main(address, study, series, file):
    updates = queue.Queue()
    with grpc.insecure_channel(address) as channel:
        interact = channel.stream_stream("/vitrine.v1.RenderService/Interact",
                                         request_serializer=pb.ViewUpdate.SerializeToString,
                                         response_deserializer=pb.RenderedFrame.FromString)
        frames = interact(iter(updates.get, None))
        last = 20
        for sequence in range(1, last + 1):
            update = pb.ViewUpdate(sequence=sequence, moving=True, view=view_from(6 * sequence, study, series))
            update.output.format = update.output.PNG
            updates.put(update)
            if sequence < last:
                show(next_picture(frames))
        updates.put(None)  # No more: the call ends with the picture at full quality.
        for frame in frames:
            if frame.HasField("picture"):
                show(frame)
                final = frame
    with open(file, "wb") as output:
        output.write(final.picture.data)


def next_picture(frames):
    for frame in frames:
        if frame.HasField("error"):
            raise SystemExit(frame.error.message)
        if frame.HasField("progress"):
            print(f"loading: {frame.progress:.0%}")
        else:
            return frame
    raise SystemExit("the stream ended")


def show(frame):
    picture = frame.picture
    print(f"{frame.sequence}: {picture.width} x {picture.height} {picture.media_type}, {len(picture.data)} bytes"
          f"{', preliminary' if frame.preliminary else ''}")


if __name__ == "__main__":
    main(*sys.argv[1:])
