import { keep, recall } from "./remember";

export type Theme = "system" | "light" | "dark";

export const currentTheme = (): Theme => recall<Theme>("theme", "system");

/** Shows the page in the remembered theme; without one, in the system's. */
export function applyTheme(theme: Theme = currentTheme()): void {
  const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

/** Whether the page is shown dark. */
export const isDark = (): boolean => document.documentElement.dataset.theme === "dark";

/** Turns light into dark and back, and remembers it. */
export function switchTheme(): Theme {
  const theme: Theme = isDark() ? "light" : "dark";
  keep("theme", theme);
  applyTheme(theme);
  return theme;
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => applyTheme());
