/** A Markdown file as text: esbuild and vitest are told to load it so. */
declare module '*.md' {
  const text: string;
  export default text;
}
