import { cssVariables } from '../../main/figures/tokens.ts'

export type Theme = 'dark' | 'light'

/** Puts a theme on the page: the tokens of figures and report as CSS variables, and the switch of tokens.css. */
export function applyTheme(theme: Theme): void {
  const root = document.documentElement
  root.classList.toggle('dark', theme === 'dark')
  root.dataset['theme'] = theme
  for (const [name, value] of Object.entries(cssVariables(theme))) root.style.setProperty(name, value)
}
