// Runs in every page, right behind its button: the choice of theme, before anything is shown.
chooseTheme(document.getElementById("theme"));

/** A button that goes through the themes; the choice is kept where the browser allows it. */
function chooseTheme(button) {
  const themes = ["auto", "light", "dark"];
  const { dataset } = document.documentElement;
  const show = (theme) => {
    if (theme === "auto") delete dataset.theme;
    else dataset.theme = theme;
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
