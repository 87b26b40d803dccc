// Runs inside the report, in the browser: the choice of theme and the table of items.
const collator = new Intl.Collator("en", { numeric: true });
const root = document.documentElement;
chooseTheme(document.getElementById("theme"));
for (const part of document.querySelectorAll(".items")) {
  showItems(part, JSON.parse(part.querySelector("script").textContent));
}

/** A button that goes through the themes; the choice is kept where the browser allows it. */
function chooseTheme(button) {
  const themes = ["auto", "light", "dark"];
  const show = (theme) => {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
  };
  let theme = stored() ?? "auto";
  if (!themes.includes(theme)) theme = "auto";
  show(theme);
  button.hidden = false;
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    show(theme);
    store(theme);
  });
}

// A page from a file may not be allowed to keep anything.
function stored() {
  try {
    return localStorage.getItem("lager-theme");
  } catch {
    return null;
  }
}

function store(theme) {
  try {
    localStorage.setItem("lager-theme", theme);
  } catch {}
}

/** The table of items: sorted and filtered as a whole, of which one page of rows is drawn. */
function showItems(part, items) {
  const rowsOnPage = matchMedia("(max-width: 40rem)").matches ? 20 : 50;
  const table = part.querySelector("table");
  const form = part.querySelector("form");
  const pages = part.querySelector(".pages");
  const count = form.querySelector("output");
  const [previous, next] = pages.querySelectorAll("button");
  const pictures = new Map(items.pictures);
  const columns = columnsOf(items);
  let sort = { column: columns.findIndex(({ name }) => name === "spread"), descending: true };
  let page = 0;
  let shown = [];

  const head = headOf(table, columns, (i) => {
    // Figures are looked for from the largest, texts from the first.
    const descending = sort.column === i ? !sort.descending : !columns[i].text;
    sort = { column: i, descending };
    update();
  });
  const body = table.createTBody();

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", update);
  previous.addEventListener("click", () => turn(-1));
  next.addEventListener("click", () => turn(1));
  update();

  function update() {
    const criterion = form.elements.criterion.value;
    const record = form.elements.record.value.toLowerCase();
    shown = items.ids.map((_, i) => i);
    if (criterion !== "") shown = shown.filter((i) => items.criterion[i] === Number(criterion));
    if (record !== "") shown = shown.filter((i) => items.ids[i].toLowerCase().includes(record));
    const { value } = columns[sort.column];
    const sign = sort.descending ? -1 : 1;
    shown.sort((a, b) => compare(value(a), value(b), sign) || a - b);
    for (const [i, cell] of [...head.cells].entries()) {
      if (i === sort.column) cell.ariaSort = sort.descending ? "descending" : "ascending";
      else cell.removeAttribute("aria-sort");
    }
    page = 0;
    draw();
  }

  function turn(by) {
    page += by;
    draw();
    table.parentElement.scrollIntoView({ block: "nearest" });
  }

  function draw() {
    const from = page * rowsOnPage;
    const on = shown.slice(from, from + rowsOnPage);
    body.replaceChildren(...on.map((item) => rowOf(item, items, columns, pictures)));
    const lines = shown.length.toLocaleString("en").replaceAll(",", "\u202f");
    count.textContent = `${lines} ${shown.length === 1 ? "line" : "lines"}`;
    pages.hidden = shown.length <= rowsOnPage;
    pages.querySelector("span").textContent = `${from + 1}–${from + on.length} of ${lines}`;
    previous.disabled = page === 0;
    next.disabled = from + on.length >= shown.length;
  }
}

/** Column titles as buttons, each of which says its column's number when it is pressed. */
function headOf(table, columns, onPress) {
  const head = table.createTHead().insertRow();
  for (const [i, column] of columns.entries()) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.className = column.text ? "" : "figure";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = column.name;
    button.addEventListener("click", () => onPress(i));
    cell.append(button);
    head.append(cell);
  }
  return head;
}

/** An item's row; its first cell leads to the item's picture where there is one. */
function rowOf(item, items, columns, pictures) {
  const row = document.createElement("tr");
  const picture = pictures.get(
    JSON.stringify([items.ids[item], items.criteria[items.criterion[item]]]),
  );
  for (const [i, column] of columns.entries()) {
    const cell = document.createElement(i === 0 ? "th" : "td");
    cell.className = column.text ? "" : "figure";
    const text = textOf(column, column.value(item));
    if (i === 0) {
      cell.scope = "row";
      cell.title = text;
    }
    if (i === 0 && picture !== undefined) {
      const link = document.createElement("a");
      link.href = `#${picture}`;
      link.textContent = text;
      cell.append(link);
    } else {
      cell.textContent = text;
    }
    row.append(cell);
  }
  return row;
}

function columnsOf(items) {
  const spreads = items.ids.map((_, i) => {
    const scores = items.scores.map((column) => column[i]).filter((score) => score !== null);
    return scores.length < 2 ? null : Math.max(...scores) - Math.min(...scores);
  });
  return [
    { name: "record", text: true, value: (i) => items.ids[i] },
    { name: "criterion", text: true, value: (i) => items.criteria[items.criterion[i]] },
    { name: "human", value: (i) => items.human[i] },
    ...items.methods.map((name, m) => ({ name, value: (i) => items.scores[m][i] })),
    { name: "spread", value: (i) => spreads[i] },
    items.system && { name: "system", text: true, value: (i) => items.system[i] },
    items.length && { name: "length", decimals: 0, value: (i) => items.length[i] },
  ].filter(Boolean);
}

function textOf(column, value) {
  if (value === null) return "–";
  if (column.text) return value;
  return value.toFixed(column.decimals ?? 2).replace("-", "−");
}

/** Missing values stand last, whichever way it is sorted; digits in texts count as numbers. */
function compare(a, b, sign) {
  if (a === null || b === null) return (a === null) - (b === null);
  return sign * (typeof a === "string" ? collator.compare(a, b) : a - b);
}
