-- wrk posts one JSON-RPC message again and again. WRK_REQUEST names a file: first a header a line, then
-- an empty line, then the body. The last line of the output is JSON.
local headers, body = {}, nil
for line in io.lines(os.getenv("WRK_REQUEST")) do
  if body then
    body = body .. line
  elseif line == "" then
    body = ""
  else
    local name, value = line:match("^([^:]+):%s*(.*)$")
    headers[name] = value
  end
end

local bytes
init = function()
  bytes = wrk.format("POST", nil, headers, body)
end

request = function()
  return bytes
end

done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"p50_ms":%.4f,"p99_ms":%.4f,"failed":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
