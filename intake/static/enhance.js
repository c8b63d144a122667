// Small comforts. Every page works without them.

// What the server leaves out (UNWANTED) and how it counts: see intake/fields.py.
const UNWANTED = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ufeff\ufffe\uffff]/gu;
const MANY_MARKS = /\p{Mn}{31}/u; // which the server does not put in order
const SAY_AFTER = 1000; // milliseconds without a keystroke
const SENT_FOR = 5000; // milliseconds in which a second press sends nothing

const language = document.documentElement.lang;

/** How many characters the server will count in a field. */
function length(field) {
  // Half a character leaves the browser as U+FFFD.
  const sent = field.value.toWellFormed?.() ?? field.value;
  let text = sent.replace(/\r\n?/g, "\n").replace(UNWANTED, "");
  text = (MANY_MARKS.test(text) ? text : text.normalize("NFC")).trim();
  if (field.tagName === "INPUT") text = text.replace(/\s+/gu, " ");
  return [...text].length;
}

/** A place that screen readers read from when its text changes. */
function liveRegion() {
  const region = document.createElement("p");
  region.className = "unseen";
  region.setAttribute("role", "status");
  document.querySelector("main").append(region);
  return region;
}

/** Show how many characters are left while somebody types, and say it after a pause. */
function countAlong(field, region) {
  const place = document.getElementById(`${field.id}-count`);
  const most = Number(field.dataset.max);
  const number = new Intl.NumberFormat(language);
  let pause;

  const show = () => {
    const left = most - length(field);
    const words = left < 0 ? place.dataset.over : place.dataset.left;
    place.textContent = words.replace("{n}", number.format(Math.abs(left)));
    place.classList.toggle("over", left < 0);
  };
  const type = () => {
    show();
    clearTimeout(pause);
    pause = setTimeout(() => { region.textContent = place.textContent; }, SAY_AFTER);
  };

  field.addEventListener("input", type);
  addEventListener("pageshow", show); // also after the back button, with what the browser kept
}

/** Let a second press within a few seconds send nothing, whatever it is that was pressed. */
function sendOnce(form) {
  let until = 0;

  form.addEventListener("submit", (event) => {
    if (Date.now() < until) {
      event.preventDefault();
      return;
    }
    until = Date.now() + SENT_FOR;
  });
  addEventListener("pageshow", () => { until = 0; });
}

/** Offer to copy the text of the element that the button names. */
function offerCopy(button, region) {
  if (!navigator.clipboard) return; // only over HTTPS

  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = region.textContent = button.dataset.done;
  });
}

const region = liveRegion();
for (const field of document.querySelectorAll("[data-max]")) countAlong(field, region);
for (const form of document.forms) sendOnce(form);
for (const button of document.querySelectorAll("[data-copy]")) offerCopy(button, region);
// Browsers that give only fields the focus from the start need a push, once they have had their turn.
addEventListener("load", () => setTimeout(() => {
  if (document.activeElement === document.body) document.querySelector("main [autofocus]")?.focus();
}, 100));
