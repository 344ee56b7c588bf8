"""The methods that are JSON over HTTP as well as gRPC: both faces give the same answers and the same errors."""

import http.client
import json
import unittest

import grpc
from google.protobuf import json_format

from tests.orthanc import grpc_client
from tests.support import junit
from tests.support.processes import Vitrine

UNKNOWN = "1.2.3.4.5.6.7.8.9"


class JsonTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.vitrine = Vitrine("--archive=demo:")
        cls.client = grpc_client.Client(cls.vitrine.grpc)

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        cls.vitrine.stop()

    def series(self, modality):
        """The target of a series of the demonstration archive."""
        _, _, body = self.vitrine.get(f"/dicom-web/series?Modality={modality}&limit=1")
        dataset = json.loads(body)[0]
        return {"studyInstanceUid": dataset["0020000D"]["Value"][0], "seriesInstanceUid": dataset["0020000E"]["Value"][0]}

    def problem(self, answer, status, *mentioned):
        """Asserts that an answer is a problem document of this status whose detail mentions the words."""
        code, headers, body = answer
        self.assertEqual((code, headers["Content-Type"]), (status, "application/problem+json"), body)
        document = json.loads(body)
        self.assertEqual(document["status"], status)
        self.assertTrue(document["request_id"])
        for word in mentioned:
            self.assertIn(word, document["detail"])
        return document

    def test_both_faces_describe_a_series_alike(self):
        for modality in ("CT", "MR", "US", "DX"):
            with self.subTest(modality):
                request = {"target": self.series(modality)}
                status, headers, body = self.vitrine.post("/v1/describeSeries", request)
                self.assertEqual((status, headers["Content-Type"]), (200, "application/json"), body)
                self.assertEqual(headers["Cache-Control"], "no-store")
                over_grpc = self.client.describe_series(json_format.ParseDict(request, grpc_client.DescribeSeriesRequest()))
                self.assertEqual(json_format.Parse(body, grpc_client.DescribeSeriesResponse()), over_grpc)
                self.assertEqual(json.loads(body)["modality"], modality)
                self.assertGreater(len(over_grpc.instances), 0)

    def test_zeroes_are_written_and_what_is_unknown_is_not(self):
        _, _, body = self.vitrine.post("/v1/describeSeries", {"target": self.series("CT")})
        document = json.loads(body)
        self.assertEqual(document["leftOut"], [])
        instance = document["instances"][0]
        self.assertEqual(instance["notRenderable"], "")
        self.assertEqual(set(instance["rowDirection"]), {"x", "y", "z"})
        self.assertNotIn("frameTimeMs", instance)

    def test_errors_are_the_same_by_name(self):
        cases = [({"target": {"studyInstanceUid": UNKNOWN, "seriesInstanceUid": UNKNOWN}}, 404, grpc.StatusCode.NOT_FOUND),
                 ({"target": {"studyInstanceUid": UNKNOWN}}, 400, grpc.StatusCode.INVALID_ARGUMENT),
                 ({"target": {"archive": "none", "studyInstanceUid": UNKNOWN, "seriesInstanceUid": UNKNOWN}}, 404,
                  grpc.StatusCode.NOT_FOUND),
                 ({}, 400, grpc.StatusCode.INVALID_ARGUMENT)]
        for request, status, code in cases:
            with self.subTest(request):
                document = self.problem(self.vitrine.post("/v1/describeSeries", request), status)
                with self.assertRaises(grpc.RpcError) as raised:
                    self.client.describe_series(json_format.ParseDict(request, grpc_client.DescribeSeriesRequest()))
                self.assertEqual(raised.exception.code(), code)
                self.assertEqual(raised.exception.details(), document["detail"])
                trailers = dict(raised.exception.trailing_metadata())
                self.assertEqual(trailers["vitrine-error-category"], document["category"])

    def test_bad_bodies_are_refused_with_a_reason(self):
        path = "/v1/describeSeries"
        self.problem(self.vitrine.post(path, {"target": {"studyUid": "1.2"}}), 400, "(target) studyUid")
        self.problem(self.vitrine.post(path, {"targets": {}}), 400, "targets")
        self.problem(self.vitrine.post(path, {"target": {"studyInstanceUid": 7.5}}), 400)
        for body in (b"", b"{", b"[]", b"null", b"\xff", b"{} {}", b"{'target': 1}", b"[" * 100_000):
            with self.subTest(body[:10]):
                self.problem(self.vitrine.post(path, body), 400, "DescribeSeriesRequest")

    def test_only_json_is_read(self):
        request = {"target": self.series("CT")}
        for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp", "application/dicom+json"):
            with self.subTest(content_type):
                answer = self.vitrine.post("/v1/describeSeries", request, content_type)
                self.problem(answer, 415, "application/json")
                self.assertEqual(answer[1]["Accept-Post"], "application/json")
        connection = http.client.HTTPConnection(self.vitrine.http)
        connection.request("POST", "/v1/describeSeries", body=json.dumps(request))
        self.assertEqual(connection.getresponse().status, 415)
        connection.close()
        self.assertEqual(self.vitrine.post("/v1/describeSeries", request, "Application/JSON ; charset=utf-8")[0], 200)

    def test_only_post_is_served(self):
        for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH"):
            with self.subTest(method):
                status, headers, _ = self.vitrine.get("/v1/describeSeries", method=method)
                self.assertEqual((status, headers["Allow"]), (405, "POST"))

    def test_other_paths_are_not_there(self):
        for path in ("/v1/render", "/v1/describeSeries/", "/v1/describeseries", "/v1", "/describeSeries"):
            with self.subTest(path):
                self.problem(self.vitrine.get(path), 404)

    def test_large_bodies_are_refused_and_chunked_ones_read(self):
        self.problem(self.vitrine.post("/v1/describeSeries", b" " * (1 << 20) + b"{}"), 413)
        text = json.dumps({"target": self.series("CT")}).encode()
        connection = http.client.HTTPConnection(self.vitrine.http)
        connection.request("POST", "/v1/describeSeries", body=iter([text[:10], text[10:]]),
                           headers={"Content-Type": "application/json"}, encode_chunked=True)
        response = connection.getresponse()
        self.assertEqual((response.status, json.load(response)["modality"]), (200, "CT"))
        connection.close()

    def test_requests_are_counted_by_method(self):
        self.vitrine.post("/v1/describeSeries", {"target": self.series("CT")})
        connection = http.client.HTTPConnection(self.vitrine.admin)
        connection.request("GET", "/metrics")
        self.assertIn('route="json_describe_series"', connection.getresponse().read().decode())
        connection.close()


if __name__ == "__main__":
    junit.main()
