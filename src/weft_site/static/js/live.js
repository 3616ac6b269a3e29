// A part of a page that asks again: <div data-live="url" data-live-seconds="5">. The server sends the part as HTML.
// Without this file the part stays as it was when the page came; nothing is asked while the page is hidden.

for (const part of document.querySelectorAll("[data-live]")) {
  const seconds = Number(part.dataset.liveSeconds || 5);
  let shown = part.innerHTML.trim();
  setInterval(async () => {
    if (document.hidden || part.contains(document.activeElement)) return;
    const answer = await fetch(part.dataset.live, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return;
    const text = (await answer.text()).trim();
    if (text !== shown) {
      part.innerHTML = text;
      shown = text;
    }
  }, seconds * 1000);
}
