-- Sends each line of a list once: path, session, body. The list and the address come after "--".
local number, lines, token = 0, {}, string.rep("a", 32)

function init(args)
  for line in io.lines(args[1]) do
    local path, session, body = line:match("^(%S+) (%S+) (%S+)$")
    lines[#lines + 1] = {path, session, body .. "&csrfmiddlewaretoken=" .. token}
  end
end

function request()
  number = number + 1
  local line = lines[number]
  if not line then
    wrk.thread:stop()
    line = lines[#lines]
  end
  return wrk.format("POST", line[1], {
    ["Host"] = "localhost",
    ["Accept"] = "text/html",
    ["Content-Type"] = "application/x-www-form-urlencoded",
    ["Cookie"] = "csrftoken=" .. token .. "; " .. line[2],
  }, line[3])
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %.3f, "p50": %.1f, "p99": %.1f, "longest": %.1f, "failed": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3, e.connect + e.read + e.write + e.status + e.timeout))
end
