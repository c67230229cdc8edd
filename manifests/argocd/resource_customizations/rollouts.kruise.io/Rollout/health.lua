-- Health of a Rollout of OpenKruise, v1alpha1 and v1beta1, as its controller writes the status:
-- https://github.com/openkruise/rollouts/tree/master/pkg/controller/rollout
-- Not compatible with kstatus: a release that waits for approval is Suspended. No library of Lua is used, Argo CD has them off.

local function health(status, message)
  return { status = status, message = message }
end

local status = obj.status
if status == nil or status.phase == nil or status.phase == "" then
  return health("Progressing", "Waiting for the controller of Rollouts")
end
if obj.metadata.deletionTimestamp ~= nil or status.phase == "Terminating" then
  return health("Progressing", "Gray pods and routes are being removed before the Rollout goes")
end
if status.observedGeneration ~= obj.metadata.generation then
  return health("Progressing", "Waiting for the controller to see the change of the Rollout")
end

-- What the controller says comes first where there is something to act on.
local function said(otherwise)
  if status.message ~= nil and status.message ~= "" then
    return status.message
  end
  return otherwise
end

if status.phase == "Healthy" then
  return health("Healthy", said("No release is under way"))
end
if status.phase == "Initial" then
  return health("Progressing", said("Waiting for the workload"))
end
if status.phase == "Disabled" or status.phase == "Disabling" then
  return health("Suspended", "The Rollout is disabled: a new version is not released in steps")
end
if status.phase ~= "Progressing" then
  return health("Unknown", "The phase " .. status.phase .. " is not known")
end

-- From here on a release is under way. The condition says in what part of it; the step below it may be that of the last release.
local reason = nil
for _, condition in ipairs(status.conditions or {}) do
  if condition.type == "Progressing" then
    reason = condition.reason
  end
end
if reason == "Cancelling" then
  return health("Degraded", "Rolling back to the stable version")
end
if reason == "Paused" then
  return health("Suspended", "Paused by spec.strategy.paused: neither a step nor a rollback is taken up")
end
if reason == "Finalising" or reason == "Completed" then
  return health("Progressing", "Every step is done: the new version becomes the stable one")
end
if reason ~= "InRolling" then
  return health("Progressing", "A release begins")
end

-- Either may be missing for a moment, and a blue-green release has no canaryStatus at all.
local release = status.canaryStatus or status.blueGreenStatus
if release == nil then
  return health("Progressing", said("A release begins"))
end
if release.finalisingStep ~= nil and release.finalisingStep ~= "" then
  return health("Progressing", "A newer version takes the place of the one that is being released")
end

local strategy = (obj.spec or {}).strategy or {}
local steps = (strategy.canary or strategy.blueGreen or {}).steps or {}
local index = release.currentStepIndex or 0
local where = "Step " .. index .. " of " .. #steps
if release.currentStepState == "StepPaused" then
  local pause = (steps[index] or {}).pause or {}
  if pause.duration ~= nil then
    return health("Suspended", where .. " pauses for " .. pause.duration .. " s")
  end
  return health("Suspended", where .. " waits for approval")
end
return health("Progressing", said(where .. " is being brought out"))
