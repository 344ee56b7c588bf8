-- wrk script: every request another (instance, window), so that no encoded picture can be used twice, or (REPEAT=1) always the
-- same few. PATHS is a file with one path a line, FORMAT jpeg or png, FIRST the first window's number.

local paths = {}
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
local accept = "image/" .. os.getenv("FORMAT")
local repeated = os.getenv("REPEAT") == "1"
local number = tonumber(os.getenv("FIRST") or "0")

local threads = 0
function setup(thread)
  thread:set("offset", threads)
  threads = threads + 1
end

-- The parts of a request that do not change are made once: the generator shares the processors with the servers.
local heads = {}
local tail = ""
function init()
  for i, path in ipairs(paths) do heads[i] = "GET " .. path .. "/rendered?quality=90&window=" end
  tail = ",linear HTTP/1.1\r\nHost: " .. wrk.headers["Host"] .. "\r\nAccept: " .. accept .. "\r\n\r\n"
end

-- Windows that a reader of a chest CT would choose: widths from 400 to 500, centers from 40 on, in steps that nobody sees.
function request()
  number = number + 1
  local step = number * 64 + offset
  local width = repeated and 400 or (400 + step % 100000 / 1000)
  local center = repeated and 40 or (40 + math.floor(step / 100000) / 1000)
  return heads[number % #heads + 1] .. center .. "," .. width .. tail
end


function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %.3f %d %.3f %.3f\n", summary.requests / (summary.duration / 1e6),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000))
end
