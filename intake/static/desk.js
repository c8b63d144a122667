// Keys for the inbox. Everything they do can be done without them; each browser can switch them off.

const OFF = "shortcuts-off";

function isOff() {
  try { return localStorage.getItem(OFF) === "1"; } catch { return false; }
}

function switchTo(off) {
  try {
    if (off) localStorage.setItem(OFF, "1"); else localStorage.removeItem(OFF);
  } catch { /* a browser that keeps nothing keeps the keys on */ }
}

const box = document.getElementById("keys-switch");
if (box) {
  const button = box.querySelector("button");
  const say = () => { button.textContent = isOff() ? button.dataset.on : button.dataset.off; };
  button.addEventListener("click", () => { switchTo(!isOff()); say(); });
  box.hidden = false;
  say();
}

const links = [...document.querySelectorAll("[data-shortcuts] tbody th a")];
const current = () => links.indexOf(document.activeElement);

const KEYS = {
  j: () => links[Math.min(current() + 1, links.length - 1)]?.focus(),
  k: () => links[Math.max(current() - 1, 0)]?.focus(),
  o: () => links[current()]?.click(),
  h: () => {
    const link = links[current()];
    if (link) location.assign(`${link.pathname}/hand-over`);
  },
  "/": () => document.getElementById("q")?.focus(),
  "?": () => document.querySelector('a[href$="/shortcuts"]')?.click(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || isOff()) return;
  const act = Object.hasOwn(KEYS, event.key) && KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
