-- Asks Service Tokens about each request before HAProxy passes it on.
-- Replace the name of the host and, if you like, the permission.
local CHECK = "http://tokens.internal:8080/api/check?permission=orders:use&application=orders"
-- HAProxy asks up to four times, so that it waits for eight seconds at most.
local TIMEOUT_MS = 2000

local CREDENTIALS = { "authorization", "x-api-key", "x-api-token" }
local CALLER = { "tokenid", "tokenname", "tokenroles", "tokenexpires" }
local PASSED_ON = { "www-authenticate", "retry-after" }

-- HAProxy numbers the values of a header from 0.
local function values(headers, name)
  local all = {}
  local index = 0
  while headers and headers[name] and headers[name][index] do
    all[#all + 1] = headers[name][index]
    index = index + 1
  end
  return all
end

local function refuse(txn, status, from)
  -- HAProxy's own answers where nobody gave one.
  if status == 502 or status == 504 then
    status = 503
  end
  local reply = txn:reply({ status = status })
  if status == 503 and #values(from, "retry-after") == 0 then
    reply:add_header("retry-after", "1")
  end
  for _, name in ipairs(PASSED_ON) do
    for _, value in ipairs(values(from, name)) do
      reply:add_header(name, value)
    end
  end
  txn:done(reply)
end

core.register_action("token_check", { "http-req" }, function(txn)
  local sent = txn.http:req_get_headers()
  -- Name this proxy in SERVICE_TOKENS_TRUSTED_PROXIES, so that the client's address counts.
  local asked = { ["x-forwarded-for"] = { txn.f:src() } }
  for _, name in ipairs(CREDENTIALS) do
    local given = values(sent, name)
    if #given > 0 then
      asked[name] = given
    end
  end
  local answer = core.httpclient():get({ url = CHECK, headers = asked, timeout = TIMEOUT_MS })
  if not answer or not answer.status or answer.status == 0 then
    return refuse(txn, 503, {})
  end
  if answer.status ~= 200 then
    return refuse(txn, answer.status, answer.headers)
  end
  for _, name in ipairs(CALLER) do
    txn:set_var("txn." .. name, values(answer.headers, name)[1] or "")
  end
end, 0)
