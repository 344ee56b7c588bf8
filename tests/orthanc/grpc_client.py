"""The gRPC face through python3-grpcio, a client that is not ours."""

import sys

import grpc

sys.path.append("tests/orthanc")  # Where the generated stubs lie, from the root of the runfiles.
from vitrine.v1 import measure_pb2, render_service_pb2, view_pb2  # noqa: E402

RenderRequest = render_service_pb2.RenderRequest
RenderStreamRequest = render_service_pb2.RenderStreamRequest
VolumetricMetadata = render_service_pb2.VolumetricMetadata
DescribeSeriesRequest = render_service_pb2.DescribeSeriesRequest
DescribeSeriesResponse = render_service_pb2.DescribeSeriesResponse
MeasureRequest = measure_pb2.MeasureRequest
MeasureResponse = measure_pb2.MeasureResponse
Camera = view_pb2.Camera
Output = view_pb2.Output
Window = view_pb2.Window
MAXIMUM_INTENSITY = view_pb2.MAXIMUM_INTENSITY


class Client:
    def __init__(self, address):
        self.channel = grpc.insecure_channel(address)

    def close(self):
        self.channel.close()

    def _call(self, method, request, response_type, **kwargs):
        call = self.channel.unary_unary(f"/vitrine.v1.RenderService/{method}",
                                        request_serializer=lambda message: message.SerializeToString(),
                                        response_deserializer=response_type.FromString)
        return call(request, timeout=30, **kwargs)

    def render(self, request, **kwargs):
        return self._call("Render", request, render_service_pb2.RenderResponse, **kwargs)

    def render_stream(self, request):
        call = self.channel.unary_stream("/vitrine.v1.RenderService/RenderStream",
                                         request_serializer=lambda message: message.SerializeToString(),
                                         response_deserializer=render_service_pb2.RenderedFrame.FromString)
        return call(request, timeout=30)

    def describe_series(self, request):
        return self._call("DescribeSeries", request, render_service_pb2.DescribeSeriesResponse)

    def measure(self, request):
        return self._call("Measure", request, measure_pb2.MeasureResponse)

    def raw(self, method, request):
        """A unary call in bytes: of services whose messages are a field or two, so that no stubs are needed."""
        return self.channel.unary_unary(method)(request, timeout=30)

    def raw_stream(self, method, requests):
        return list(self.channel.stream_stream(method)(iter(requests), timeout=30))


def render_request(uids, frame=1, **output):
    study, series, instance = uids
    request = RenderRequest()
    target = request.view.target
    target.study_instance_uid, target.series_instance_uid, target.sop_instance_uid = study, series, instance
    request.view.frame.frame_number = frame
    for name, value in output.items():
        setattr(request.output, name, value)
    return request
