-- wrk posts one JSON-RPC request again and again. WRK_REQUEST names a file: first a header a line, then
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

-- A session refuses a second request with the id of one that is not answered yet, so each has its own;
-- always ten digits, so that the length stays. One thread of wrk is one counter.
local before, after
local id = 1000000000
init = function()
  local bytes = wrk.format("POST", nil, headers, (body:gsub('"id":1,', '"id":' .. id .. ',', 1)))
  local first, last = bytes:find(tostring(id), 1, true)
  before, after = bytes:sub(1, first - 1), bytes:sub(last + 1)
end

request = function()
  id = id + 1
  return before .. string.format("%d", id) .. after
end

done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"p50_ms":%.4f,"p99_ms":%.4f,' ..
    '"refused":%d,"broken":%d,"timeouts":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.status, errors.connect + errors.read + errors.write, errors.timeout))
end
