import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as esbuild from 'esbuild';

/** A page in one file: the style sheets and scripts that its HTML names are put into it, compiled and made small. */
export async function inlined(path: string): Promise<string> {
  let html = await readFile(path, 'utf8');
  const beside = (file: string): string => join(dirname(path), file);
  for (const [tag = '', file = ''] of [...html.matchAll(/<link rel="stylesheet" href="([^"]+)">/g)]) {
    const { code } = await esbuild.transform(await readFile(beside(file), 'utf8'), { loader: 'css', minify: true });
    html = html.replace(tag, () => `<style>${code.trim()}</style>`);
  }
  for (const [tag = '', file = ''] of [...html.matchAll(/<script src="([^"]+)"><\/script>/g)]) {
    const { outputFiles } = await esbuild.build({
      entryPoints: [beside(file)],
      bundle: true,
      minify: true,
      format: 'iife',
      target: 'es2022',
      write: false,
    });
    const code = (outputFiles[0] as esbuild.OutputFile).text.trim().replaceAll('</script', '<\\/script');
    html = html.replace(tag, () => `<script>${code}</script>`);
  }
  return html;
}

/** Puts pages into a bundle as text. */
export const pages: esbuild.Plugin = {
  name: 'pages',
  setup(build) {
    build.onLoad({ filter: /\.html$/ }, async ({ path }) => ({ contents: await inlined(path), loader: 'text' }));
  },
};
