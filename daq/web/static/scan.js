// A bar-code scanner is a keyboard that ends with Enter. In a form with data-scan Enter goes on to
// the next field ("move") or sends the form ("send"); what a card with a code of data-codes says is
// done at once, whichever field it was read into.

const typing = (form) =>
  [...form.querySelectorAll("input:not([type=hidden], [type=checkbox])")].filter((one) => one.checkVisibility());

// The label that was read last before a card says which run is meant.
let last = "";

function obey(action, form) {
  if (action === "start") {
    if (form.dataset.scan === "move") form.requestSubmit();
    return;
  }
  const command = document.getElementById("command");
  document.getElementById("command-action").value = action;
  const which = document.getElementById("command-which");
  if (which) which.value = last;
  command.requestSubmit();
}

// A field that gathers ticks the box of the instrument whose name or asset id was read.
function gather(input) {
  const said = input.value.trim().toLowerCase();
  const boxes = [...input.form.querySelectorAll("input[type=checkbox]")];
  const box = boxes.find((one) => [one.value, one.dataset.label].some((label) => label.toLowerCase() === said));
  if (!box) return false;
  box.checked = true;
  input.value = "";
  return true;
}

function refuse(input) {
  input.setCustomValidity(input.dataset.unknown);
  input.reportValidity();
  input.select();
  input.addEventListener("input", () => input.setCustomValidity(""), { once: true });
}

function moveOn(input) {
  const fields = typing(input.form);
  const next = fields[fields.indexOf(input) + 1];
  if (next && !("gathers" in input.dataset)) next.focus();
  else input.form.requestSubmit();
}

document.addEventListener("keydown", (event) => {
  const input = event.target;
  const form = input.form;
  if (event.key !== "Enter" || event.isComposing || !form?.dataset.scan || input.localName !== "input") return;
  const said = input.value.trim();
  const action = JSON.parse(form.dataset.codes)[said];
  if (action) {
    event.preventDefault();
    input.value = "";
    obey(action, form);
    return;
  }
  if (said) last = said;
  if (form.dataset.scan !== "move" || input.type === "checkbox") return;
  event.preventDefault();
  if (!said || !("gathers" in input.dataset)) moveOn(input);
  else if (!gather(input)) refuse(input);
});
