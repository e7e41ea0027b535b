import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const file = (name: string): string => require.resolve(`@expo-google-fonts/arimo/${name}`);

/** The font of all figures (Arimo: widths of Helvetica, SIL Open Font License), as files of its npm package. */
export const fontFiles = {
  regular: file('400Regular/Arimo_400Regular.ttf'),
  italic: file('400Regular_Italic/Arimo_400Regular_Italic.ttf'),
  bold: file('700Bold/Arimo_700Bold.ttf'),
} as const;
