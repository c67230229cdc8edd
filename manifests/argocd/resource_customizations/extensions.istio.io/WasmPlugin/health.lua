-- Health of a WasmPlugin that the graylane agent configures, by the conditions that it writes; the same script for Higress and Istio.
-- Compatible with kstatus. No library of Lua is used, Argo CD has them off.
--
-- Neither gateway writes a status of its own, so a WasmPlugin of anybody else's has none, and is Healthy: were it Progressing,
-- no application with such a plugin would ever become Healthy.

local status = obj.status or {}
local found = {}
for _, condition in ipairs(status.conditions or {}) do
  found[condition.type] = condition
end

local ready = found.Ready
if ready == nil then
  local labels = obj.metadata.labels or {}
  if labels["app.kubernetes.io/part-of"] == "graylane" then
    return { status = "Progressing", message = "Waiting for the graylane agent" }
  end
  return { status = "Healthy", message = "" }
end

-- The conditions of older configurations say nothing about this one. Istio's schema lets a generation be a text.
if tonumber(ready.observedGeneration) ~= obj.metadata.generation then
  return { status = "Progressing", message = "Waiting for the graylane agent to see the change" }
end
if ready.status == "True" then
  return { status = "Healthy", message = ready.message }
end
if ready.status == "False" then
  return { status = "Degraded", message = (ready.reason or "NotReady") .. ": " .. (ready.message or "") }
end
return { status = "Progressing", message = ready.message or "" }
