// The place that speaks stays, and only its words change: a place that is itself new is not heard.
function render({ model, el }) {
  const update = () => { el.textContent = model.get("text"); };
  el.setAttribute("role", "status");
  el.classList.add("nija-said");
  update();
  model.on("change:text", update);
  return () => model.off("change:text", update);
}

export default { render };
