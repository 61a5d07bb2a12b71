-- Whether the revocation of a subject rejects a session whose login began at a position:
-- `SubjectRevocation::refuses_session`. Part of scripts about sessions.
local function refuses_session(revocation, began, now)
    return revocation[1] and now < tonumber(revocation[3]) and tonumber(began) < tonumber(revocation[1])
end

