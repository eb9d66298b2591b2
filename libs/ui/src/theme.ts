import { ActionIcon, createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const iris: MantineColorsTuple = [
  '#eef0fd',
  '#dcdffa',
  '#bac1f5',
  '#97a2f0',
  '#7885ea',
  '#5f6de3',
  '#4a57d6',
  '#3d49bb',
  '#323c99',
  '#272f78',
];

/** The library's dark surfaces, from text (0) to the deepest ground (9), on our slate. */
const dark: MantineColorsTuple = [
  '#e3e7ee',
  '#c4cbd6',
  '#9aa5b5',
  '#7d8899',
  '#383f4c',
  '#2c323d',
  '#1d2129',
  '#1a1d24',
  '#15181e',
  '#12141a',
];

export const theme = createTheme({
  primaryColor: 'iris',
  primaryShade: { light: 6, dark: 5 },
  colors: { iris, dark },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  defaultRadius: 'sm',
  radius: { xs: '3px', sm: '5px', md: '8px', lg: '12px', xl: '20px' },
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: ActionIcon.extend({
      defaultProps: { variant: 'subtle', color: 'gray', size: 'md' },
      vars: (_theme, { variant, color }) => ({
        root:
          variant === 'subtle' && color === 'gray'
            ? { '--ai-color': 'var(--n-muted)', '--ai-hover': 'var(--n-hover)' }
            : {},
      }),
    }),
    TextInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true, fz: 'xs' } },
    Menu: { defaultProps: { shadow: 'md' } },
  },
});

/** The component library draws with our own colours, which `global.css` names for both schemes. */
export const cssVariablesResolver: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--n-surface)',
    '--mantine-color-text': 'var(--n-text)',
    '--mantine-color-dimmed': 'var(--n-muted)',
    '--mantine-color-default': 'var(--n-surface)',
    '--mantine-color-default-hover': 'var(--n-hover)',
    '--mantine-color-default-color': 'var(--n-text)',
    '--mantine-color-default-border': 'var(--n-border-strong)',
    '--mantine-color-placeholder': 'var(--n-faint)',
    '--mantine-color-error': 'var(--n-bad)',
  };
  return { variables: {}, light: shared, dark: shared };
};
