// What was found by hand, to be copied: a text that can be reached and read, and a button.
function render({ model, el }) {
  const id = `nija-copy-${Math.random().toString(36).slice(2)}`;
  const label = document.createElement("label");
  label.htmlFor = id;
  label.textContent = model.get("label");
  const text = document.createElement("textarea");
  text.id = id;
  text.readOnly = true;
  text.rows = model.get("rows");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy: ${model.get("label")}`);
  button.addEventListener("click", async () => {
    text.select();
    // Without a secure page there is no clipboard: the text is selected, and Ctrl+C does the rest.
    try { await navigator.clipboard.writeText(text.value); button.textContent = "Copied"; } catch { button.textContent = "Press Ctrl+C"; }
  });
  const update = () => { text.value = model.get("text"); button.textContent = "Copy"; };
  model.on("change:text", update);
  update();
  for (const node of [text, button]) node.dataset.lmSuppressShortcuts = "true"; // Enter is the button's, not JupyterLab's
  el.classList.add("nija-copy");
  el.dataset.name = model.get("name");
  el.append(label, text, button);
  return () => model.off("change:text", update);
}

export default { render };
