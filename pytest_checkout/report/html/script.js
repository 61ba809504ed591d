"use strict";
// The page reads without this: it filters, copies, and opens what a link leads to.
(() => {
  document.documentElement.classList.add("js");
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  const boxes = all("[data-filter]");
  const visible = (item) => !item.classList.contains("hidden");
  const filter = () => {
    const off = { verdict: new Set(), level: new Set(), area: new Set() };
    for (const box of boxes) if (!box.checked) off[box.dataset.filter].add(box.value);
    for (const item of all("[data-verdict]")) {
      const hidden = ["verdict", "level", "area"].some((name) => off[name].has(item.dataset[name]));
      item.classList.toggle("hidden", hidden);
    }
    // A heading with nothing under it goes, too.
    for (const group of all("[data-row], main > section, details.folded")) {
      const items = all("[data-verdict]", group);
      if (items.length) group.classList.toggle("hidden", !items.some(visible));
    }
    const cells = all(".matrix .cell");
    const shown = document.querySelector(".shown");
    if (shown) shown.textContent = `${cells.filter(visible).length} of ${cells.length} behaviours shown`;
  };
  for (const box of boxes) box.addEventListener("change", filter);
  for (const button of all("[data-every]")) {
    button.addEventListener("click", () => {
      for (const box of boxes) if (box.dataset.filter === button.dataset.every) box.checked = button.dataset.on === "yes";
      filter();
    });
  }

  const unfold = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let each = target; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();

  const copied = async (button) => {
    const block = button.dataset.from && button.parentElement.querySelector(button.dataset.from);
    const text = block ? block.textContent : button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "copied";
    } catch {
      const range = document.createRange();
      range.selectNodeContents(block || button.previousElementSibling || button);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      button.textContent = "selected";
    }
    setTimeout(() => (button.textContent = "copy"), 2000);
  };
  for (const button of all(".copy")) button.addEventListener("click", () => copied(button));
})();
