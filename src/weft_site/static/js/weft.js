// What the pages gain from scripting. Each part looks for its own attribute and does nothing else;
// without this file every page still reads and every form still sends.

const root = document.documentElement;
const YEAR = 60 * 60 * 24 * 365;

/** Theme: the server reads the cookie and prints data-theme, so no page flashes the wrong sheet. */
function theme() {
  const button = document.querySelector("[data-theme-switch]");
  if (!button) return;
  const wish = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme || (wish.matches ? "dark" : "light")) === "dark";
  const show = () => button.setAttribute("aria-pressed", String(isDark()));
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${root.dataset.theme}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
    show();
  });
  wish.addEventListener("change", show);
  button.hidden = false;
  show();
}

/** Copy: <button data-copy="text" data-copied="Copied" hidden>. The answer is announced. */
function copy() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      say(button.dataset.copied);
      button.textContent = button.dataset.copied;
    });
  }
}

function print() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

/** After a refused form the reader lands on the summary of what is wrong. */
function errors() {
  document.querySelector("[data-error-summary], .notice--refusal[tabindex]")?.focus();
}

/** Say something to a screen reader through the page's one polite live region. */
export function say(text) {
  const region = document.getElementById("live");
  if (region) region.textContent = text;
}

theme();
copy();
print();
errors();
