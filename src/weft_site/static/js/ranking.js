// Ranking without menus: every fieldset[data-ranking] of menus becomes two lists, one's own order and the rest,
// worked by buttons, so that a keyboard and a screen reader need nothing of their own. The menus stay in the form
// and carry the ranks; without this file they are what one votes with.
import { say } from "./weft.js";

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function lists(fieldset) {
  const words = fieldset.dataset;
  const rows = [...fieldset.querySelectorAll(".ranking__row")].map((row) => ({
    row,
    field: row.querySelector("select, input"),
    name: row.querySelector("label").firstChild.textContent.trim(),
    label: row.querySelector("label"),
  }));
  const rank = ({ field }) => Number.parseInt(field.value, 10) || 0;
  let order = rows.filter((one) => rank(one) > 0).sort((a, b) => rank(a) - rank(b));

  const mine = element("ol", "ranking__list");
  const rest = element("ul", "ranking__list ranking__list--rest");
  const none = element("p", "muted", words.none);
  const mineTitle = element("p", "label", words.mine);
  const restTitle = element("p", "label", words.rest);
  mineTitle.id = `${fieldset.id || "ranking"}-mine`;
  restTitle.id = `${fieldset.id || "ranking"}-rest`;
  mine.setAttribute("aria-labelledby", mineTitle.id);
  rest.setAttribute("aria-labelledby", restTitle.id);
  fieldset.append(mineTitle, none, mine, restTitle, rest);

  const told = (text, one) => say(text.replace("NAME", one.name).replace("RANK", String(order.indexOf(one) + 1)));

  function button(one, text, act) {
    const made = element("button", "button button--small", text);
    made.type = "button";
    made.setAttribute("aria-label", `${text}: ${one.name}`);
    made.dataset.act = text;
    made.addEventListener("click", () => {
      act();
      show();
      told(order.includes(one) ? words.placed : words.taken, one);
      const item = fieldset.querySelector(`[data-ref="${one.field.name}"]`);
      const again = item.querySelector(`[data-act="${text}"]:not(:disabled)`) || item.querySelector("button:not(:disabled)");
      again.focus();
    });
    return made;
  }

  function item(one) {
    const made = element("li", "ranking__item");
    made.dataset.ref = one.field.name;
    const name = element("span", "ranking__name");
    name.append(...[...one.label.childNodes].map((node) => node.cloneNode(true)));
    const tools = element("span", "ranking__tools");
    made.append(name, tools);
    const at = order.indexOf(one);
    if (at < 0) {
      tools.append(button(one, words.add, () => order.push(one)));
      return made;
    }
    const swap = (to) => () => { [order[at], order[to]] = [order[to], order[at]]; };
    const up = button(one, words.up, swap(at - 1));
    const down = button(one, words.down, swap(at + 1));
    up.disabled = at === 0;
    down.disabled = at === order.length - 1;
    tools.append(up, down, button(one, words.remove, () => { order = order.filter((other) => other !== one); }));
    return made;
  }

  function show() {
    for (const one of rows) one.field.value = order.includes(one) ? String(order.indexOf(one) + 1) : "";
    mine.replaceChildren(...order.map(item));
    const left = rows.filter((one) => !order.includes(one));
    rest.replaceChildren(...left.map(item));
    none.hidden = order.length > 0;
    mine.hidden = order.length === 0;
    restTitle.hidden = rest.hidden = left.length === 0;
  }

  for (const { row } of rows) row.hidden = true;
  show();
}

for (const fieldset of document.querySelectorAll("[data-ranking]")) lists(fieldset);
