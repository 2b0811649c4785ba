-- Markdown cells to Typst: equations that survive and carry words, links that lead somewhere, nothing dropped in silence.
--
-- What cannot be set becomes a marker line `//@@fault TEXT`, which the caller turns into an error.
-- Metadata: `notebooks` and `labels`, lists of names that links and references may lead to.

local notebooks, labels, ids = {}, {}, {}
local current, titled = "", false

local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("%s+", " ") .. '"'
end

local function fault(text)
  return "//@@fault " .. (current == "" and "" or current .. ": ") .. text:gsub("%s+", " ") .. "\n"
end

-- `\!` becomes a step back of a whole em in pandoc and symbols overprint; numbering and labels are ours.
local function clean(tex)
  tex = tex:gsub("\\!", ""):gsub("\\label%b{}", ""):gsub("\\nonumber", ""):gsub("\\notag", ""):gsub("\\tag%b{}", "")
  tex = tex:gsub("([_^])%s*{(%.%d+)}", "%1{\\text{%2}}") -- else `f_{.025}` keeps only the point as its index
  return (tex:gsub("^%s+", ""):gsub("%s+$", ""))
end

local function equation(tex, block)
  tex = clean(tex)
  local kind = block and "DisplayMath" or "InlineMath"
  local made = pandoc.write(pandoc.Pandoc { pandoc.Plain { pandoc.Math(kind, tex) } }, "typst")
  local body = made:match("^%s*(%$.*%$)%s*$")
  if not body then
    return "\n" .. fault("formula cannot be set: " .. tex)
  end
  return "#math.equation(block: " .. tostring(block) .. ", alt: " .. quoted(tex) .. ", " .. body .. ");"
end

-- The body of a bare `\begin{align} ... \end{align}` and its kin, or nil.
local function environment(text)
  local name, body = text:match("^%s*\\begin{(%a+)%*?}(.-)\\end{%a+%*?}%s*$")
  if name == "equation" or name == "displaymath" or name == "math" then
    return body
  elseif name == "align" or name == "eqnarray" or name == "flalign" or name == "alignat" then
    return "\\begin{aligned}" .. body .. "\\end{aligned}"
  elseif name == "gather" or name == "multline" then
    return "\\begin{gathered}" .. body .. "\\end{gathered}"
  elseif name == "cases" or name == "aligned" or name == "split" or name and name:match("matrix$") then
    return text
  end
end

local function read_meta(meta)
  for _, name in ipairs(meta.notebooks or {}) do notebooks[pandoc.utils.stringify(name)] = true end
  for _, name in ipairs(meta.labels or {}) do labels[pandoc.utils.stringify(name)] = true end
end

local function raw(text) return pandoc.RawInline("typst", text) end

local function inline(element)
  if element.t == "Math" then
    local inner = environment(element.text)
    return raw(equation(inner or element.text, element.mathtype == "DisplayMath"))
  elseif element.t == "RawInline" and element.format:match("tex") then
    local inner = environment(element.text)
    if inner then return raw(equation(inner, true)) end
    return pandoc.Str(element.text) -- as on screen
  elseif element.t == "Image" then
    return pandoc.Emph(element.caption)
  elseif element.t == "Link" then
    local target = element.target
    if target:match("^https?://") or target:match("^mailto:") then return nil end
    local name = target:match("([%w_%-]+)%.ipynb")
    if name and notebooks[name] then
      element.target = "#nb-" .. name
      return element
    end
    local id = target:match("^#(.+)$")
    if id and ids[id:lower()] then
      element.target = "#" .. ids[id:lower()]
      return element
    end
    return element.content
  elseif element.t == "Cite" then
    local id = element.citations[1].id
    if labels[current .. ":" .. id] then return raw("#ref(label(" .. quoted(current .. ":" .. id) .. "));") end
    return element.content
  end
end

local function block(element)
  if element.t == "RawBlock" and element.format == "typst" then
    local name = element.text:match("^//@@notebook (%S+)")
    if name then current, titled = name, false end
    return nil
  elseif element.t == "RawBlock" and element.format:match("tex") then
    local inner = environment(element.text)
    if inner then return pandoc.Para { raw(equation(inner, true)) } end
    return pandoc.RawBlock("typst", fault("TeX outside of a formula: " .. element.text))
  elseif element.t == "Header" then
    if element.level == 1 and not titled then
      titled = true
      element.identifier = "nb-" .. current
    elseif element.level == 1 then
      element.level = 2
    end
    return element
  elseif element.t == "HorizontalRule" then
    return {}
  end
end

local function collect(element)
  ids[element.identifier:lower()] = element.identifier
end

return {
  { Meta = read_meta, Header = collect },
  { traverse = "topdown", Block = block, Inline = inline },
}
