-- wrk script: the requests of a file, one path a line, one after the other from number FIRST on, none twice.

local first = tonumber(os.getenv("FIRST"))
local heads = {}
local tail = ""
local number = 0

function init()
  local line_number = 0
  for line in io.lines(os.getenv("PATHS")) do
    if line_number >= first then heads[#heads + 1] = "GET " .. line end
    line_number = line_number + 1
  end
  tail = " HTTP/1.1\r\nHost: " .. wrk.headers["Host"] .. "\r\nAccept: image/jpeg\r\n\r\n"
end

function request()
  number = number + 1
  return heads[number] .. tail
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %.6f %d %.4f\n", summary.requests, summary.duration / 1e6,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout, latency:percentile(50) / 1000))
end
