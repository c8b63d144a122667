// Puts a ready-made text into its field without asking the server.

const button = document.querySelector("button[name=insert]");
const choice = document.getElementById("ready");
const field = document.getElementById("text");

button.addEventListener("click", (event) => {
  event.preventDefault();
  const text = choice.selectedOptions[0].dataset.text;
  if (!text) {
    choice.focus();
    return;
  }
  const before = field.value.trimEnd();
  field.value = before ? `${before}\n\n${text}` : text;
  field.dispatchEvent(new Event("input", { bubbles: true })); // for the counter
  field.focus();
});
