// One labelled control in plain HTML: a slider with a box, a list, a box to tick, rules to tick, or a file.
// `text` is the value as typed; the kernel reads it, answers with `message` (empty when all is well), and may write it.
function element(kind, attributes = {}, ...children) {
  const node = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// Enter and leaving the box both say that typing is done.
function typed(box, send) {
  box.addEventListener("change", () => send(box.value));
  box.addEventListener("keydown", (event) => { if (event.key === "Enter") send(box.value); });
}

function labelled(id, text, node) {
  return [element("label", { for: id }, text), node];
}

function slider(model, id, send) {
  const [low, high, step] = ["low", "high", "step"].map((name) => model.get(name));
  const label = model.get("label");
  const range = element("input", { type: "range", id: `${id}-range`, min: low, max: high, step, "aria-label": label });
  const box = element("input", { type: "text", id, inputmode: "decimal", autocomplete: "off" });
  range.addEventListener("input", () => { box.value = range.value; send(range.value); });
  typed(box, send);
  const show = (text) => {
    if (document.activeElement !== box || box.value === "") box.value = text;
    if (text !== "" && Number.isFinite(Number(text))) range.value = text;
    range.setAttribute("aria-valuetext", text);
  };
  return { parts: [...labelled(id, label, element("div", { class: "nija-pair" }, range, box))], show, inputs: [box, range] };
}

function choice(model, id, send) {
  const list = element("select", { id }, ...model.get("options").map((name) => element("option", { value: name }, name)));
  list.addEventListener("change", () => send(list.value));
  return { parts: labelled(id, model.get("label"), list), show: (text) => { list.value = text; }, inputs: [list] };
}

function flag(model, id, send) {
  const box = element("input", { type: "checkbox", id });
  box.addEventListener("change", () => send(String(box.checked)));
  const line = element("div", { class: "nija-line" }, box, element("label", { for: id }, model.get("label")));
  return { parts: [line], show: (text) => { box.checked = text === "true"; }, inputs: [box] };
}

// The text lists the rules that are off; a rule that the preset has not is hidden.
function rules(model, id, send) {
  const boxes = model.get("options").map((name) => {
    const box = element("input", { type: "checkbox", id: `${id}-${name}`, value: name });
    box.addEventListener("change", () => send(boxes.filter((b) => !b.checked && !b.closest("div").hidden).map((b) => b.value).join(",")));
    return box;
  });
  const lines = boxes.map((box) =>
    element("div", { class: "nija-line" }, box, element("label", { for: box.id }, box.value.replace("_", " "))));
  const set = element("fieldset", { id }, element("legend", {}, model.get("label")), ...lines);
  const show = (text) => {
    const off = text.split(",");
    boxes.forEach((box, k) => {
      lines[k].hidden = !model.get("present").includes(box.value);
      box.checked = !off.includes(box.value);
    });
    set.hidden = lines.every((line) => line.hidden);
  };
  model.on("change:present", () => show(model.get("text")));
  return { parts: [set], show, inputs: boxes };
}

function file(model, id, send) {
  const box = element("input", { type: "text", id, autocomplete: "off", spellcheck: "false" });
  typed(box, send);
  const show = (text) => {
    box.value = text;
    if (upload.files.length && !text.endsWith(upload.files[0].name)) upload.value = ""; // another log is in use
  };
  const upload = element("input", { type: "file", id: `${id}-file`, "aria-label": `${model.get("label")}: load from this computer` });
  upload.addEventListener("change", async () => {
    const [chosen] = upload.files;
    if (chosen) model.send({ name: chosen.name }, undefined, [await chosen.arrayBuffer()]);
  });
  return { parts: [...labelled(id, model.get("label"), box), upload], show, inputs: [box, upload] };
}

function button(model, id, send) {
  const node = element("button", { type: "button", id }, model.get("label"));
  let presses = 0;
  node.addEventListener("click", () => send(String(++presses)));
  return { parts: [node], show: () => {}, inputs: [node] };
}

const KINDS = { slider, choice, flag, rules, file, button };

function render({ model, el }) {
  const id = `nija-${model.get("name")}-${Math.random().toString(36).slice(2)}`; // a page may hold two panels
  const send = (text) => { model.set("text", text); model.save_changes(); };
  const { parts, show, inputs } = KINDS[model.get("kind")](model, id, send);
  const alert = element("p", { role: "alert", id: `${id}-message`, class: "nija-message" });
  // Arrow keys, Enter and Space are the control's, not JupyterLab's; it asks the element itself.
  for (const input of inputs) input.dataset.lmSuppressShortcuts = "true";
  const state = () => {
    const message = model.get("message");
    alert.textContent = message;
    alert.hidden = message === "";
    el.hidden = model.get("disabled");
    for (const input of inputs) {
      input.disabled = model.get("disabled");
      input.setAttribute("aria-invalid", String(message !== ""));
      input.setAttribute("aria-describedby", alert.id);
    }
  };
  el.classList.add("nija-control");
  el.dataset.name = model.get("name");
  el.append(...parts, alert);
  const update = () => show(model.get("text"));
  model.on("change:text", update);
  model.on("change:message change:disabled", state);
  update();
  state();
  return () => { model.off("change:text", update); model.off("change:message change:disabled", state); };
}

export default { render };
