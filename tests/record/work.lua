-- Recorded with LuaJIT's profiler (luajit.sh): compiled loops, closures, built-in functions.
local seconds = tonumber(arg[1] or 1)

local function leaf(n)
    local sum = 0
    for i = 1, n do sum = sum + (i % 7) * i end
    return sum
end

local function words(n)
    local text = {}
    for i = 1, n do text[#text + 1] = string.rep("word", i % 5) .. i end
    return #table.concat(text, " ")
end

local function outer(n)
    local sum = 0
    for i = 1, n do sum = sum + leaf(20000) + words(i * 100) end
    return sum
end

local start, sum = os.clock(), 0
while os.clock() - start < seconds do sum = sum + outer(10) end
