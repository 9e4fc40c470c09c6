import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const indigo: MantineColorsTuple = [
  '#eef0fd',
  '#dbdff8',
  '#b4bcf0',
  '#8b97e8',
  '#6a78e1',
  '#5465dd',
  '#4c5fd7',
  '#3a4bb8',
  '#3243a5',
  '#273992',
];

/** Mantine's own greys are warm; these go with the surfaces of `global.css`. */
const dark: MantineColorsTuple = [
  '#c9ced6',
  '#b6bcc6',
  '#868d98',
  '#6b727d',
  '#3d434c',
  '#343a42',
  '#272b31',
  '#1b1e22',
  '#22262c',
  '#101214',
];

const CLOSABLE = { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } };

/** The first item has the focus, not an element that is no item of the menu. */
const WITHOUT_PLACEHOLDER = { defaultProps: { withInitialFocusPlaceholder: false } };

/** The look of the console. Fonts are those of the system: nothing is loaded from elsewhere. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 6, dark: 6 },
  colors: { indigo, dark },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: { Modal: CLOSABLE, Drawer: CLOSABLE, Menu: WITHOUT_PLACEHOLDER },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: {
    fontWeight: '650',
    textWrap: 'pretty',
    sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.125rem' } },
  },
});

/** Mantine's own greys for secondary text fall short of WCAG AA. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5b636d',
    '--mantine-color-placeholder': '#6b7480',
    '--mantine-color-error': '#c92a2a',
  },
  dark: {
    // The surface that the console's own parts have: for dialogs, menus and heads of tables.
    '--mantine-color-body': '#1b1e22',
    '--mantine-color-dimmed': '#a3a9b3',
    '--mantine-color-placeholder': '#8f959e',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-anchor': '#9ba6ee',
    // As the side bar marks the page that is open; Mantine's own is a glaring navy.
    '--mantine-color-indigo-light': '#262c4a',
    '--mantine-color-indigo-light-hover': '#2f365a',
  },
});
