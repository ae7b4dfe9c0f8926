// Sorts tables, filters cards and shows more; without it everything is there, in its given order.
(() => {
  const make = (tag, text, className) => Object.assign(document.createElement(tag), { textContent: text, className });

  const sortable = (table) => {
    const body = table.tBodies[0];
    table.caption.append(" · headings sort");
    const key = (row, at) => {
      const cell = row.cells[at];
      return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v);
    };
    const compare = (a, b) => {
      if (typeof a === "number" && typeof b === "number") return a - b;
      if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
      return a.localeCompare(b, undefined, { numeric: true });
    };
    [...table.tHead.rows[0].cells].forEach((head, at) => {
      const button = make("button", head.textContent, "sort");
      button.type = "button";
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") !== "descending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].sort((a, b) => compare(key(a, at), key(b, at)) * (down ? -1 : 1));
        body.replaceChildren(...rows);
        table.dispatchEvent(new Event("sorted"));
      });
    });
  };

  const more = (box) => {
    const most = Number(box.dataset.more);
    const items = () => [...("rows" in box.dataset ? box.querySelectorAll("tbody tr") : box.children)];
    if (items().length <= most + 3) return;
    let all = false;
    let wanted = "";
    const button = make("button", `Show all ${items().length}`, "more");
    button.type = "button";
    const show = () => {
      let shown = 0;
      for (const item of items()) {
        const fits = !wanted || (item.dataset.name || "").includes(wanted);
        item.hidden = !fits || (!all && !wanted && shown >= most);
        shown += fits;
      }
      button.hidden = all || Boolean(wanted);
    };
    button.addEventListener("click", () => { all = true; show(); });
    box.addEventListener("sorted", show, true);
    box.after(button);
    if (box.dataset.filter) {
      const field = Object.assign(make("input", "", "filter"), { type: "search", placeholder: box.dataset.filter });
      field.setAttribute("aria-label", box.dataset.filter);
      field.addEventListener("input", () => { wanted = field.value.trim().toLowerCase(); show(); });
      box.before(field);
    }
    addEventListener("beforeprint", () => { for (const item of items()) item.hidden = false; });
    addEventListener("afterprint", show);
    show();
  };

  document.querySelectorAll("table.sortable").forEach(sortable);
  document.querySelectorAll("[data-more]").forEach(more);

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of closed) one.open = false; });

  const links = new Map([...document.querySelectorAll("nav ol a")].map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(entry.target.id)?.setAttribute("aria-current", "true");
    }
  }, { rootMargin: "-20% 0px -70% 0px" });
  document.querySelectorAll("main section[id]").forEach((section) => seen.observe(section));
})();
