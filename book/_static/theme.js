// Runs before the first paint: says that scripts run, and restores the reader's choice of theme.
document.documentElement.classList.replace("no-js", "js");
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
} catch { /* storage refused: follow the system */ }
