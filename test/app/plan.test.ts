import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import * as esbuild from 'esbuild';
import { type Browser, chromium, type Frame, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PLAN_APP, planPage, savedPlanPage } from '../../src/app/index.ts';
import { provision } from '../examples.ts';
import { connect } from '../server/client.ts';

const CHROMIUM = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => path !== '' && existsSync(path),
);
if (CHROMIUM === undefined) process.stderr.write('app: no Chromium here (CHROMIUM names one), the page of a plan is not opened\n');

/** Nothing a page could mean to reach: every request that is not answered here is recorded and refused. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const HOST = 'http://host.test/';
const args = { ...provision.args, plan: 'shop' };

test('the page is one file that asks for nothing from anywhere', () => {
  expect(planPage.length).toBeLessThan(40_000);
  expect(planPage).not.toMatch(/<link|<script src|@import|url\((?!#)|https?:\/\/(?!www\.w3\.org)/);
  expect(planPage).toContain("default-src 'none'");
});

test('the tool names the page, and the page is a resource', async () => {
  const client = await connect();
  const { tools } = await client.listTools();
  const tool = tools.find(({ name }) => name === provision.tool);
  expect(tool?._meta).toEqual({ ui: { resourceUri: PLAN_APP.uri } });
  const { contents } = await client.readResource({ uri: PLAN_APP.uri });
  expect(contents[0]).toMatchObject({ mimeType: 'text/html;profile=mcp-app', text: planPage });
  expect((await client.listResources()).resources.map(({ uri }) => uri)).toContain(PLAN_APP.uri);
  await client.close();
});

describe.skipIf(CHROMIUM === undefined)('in a real browser', () => {
  let browser: Browser;
  let client: Client;
  let host: string;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'infrastructure-app-'));
    client = await connect();
    const { outputFiles } = await esbuild.build({
      entryPoints: [new URL('./host.ts', import.meta.url).pathname],
      bundle: true,
      format: 'esm',
      write: false,
    });
    host = (outputFiles[0] as esbuild.OutputFile).text;
    browser = await chromium.launch({ executablePath: CHROMIUM as string, args: FLAGS });
  });
  afterAll(async () => {
    await browser.close();
    await client.close();
    await rm(folder, { recursive: true, force: true });
  });

  interface Shown {
    readonly page: Page;
    readonly view: Frame;
    readonly calls: unknown[];
    readonly asked: string[];
    readonly errors: string[];
  }

  /** The page in a host, with the answer to a call of the real server. */
  async function shown(given: Record<string, unknown> = args, { width = 900, theme = 'light' as 'light' | 'dark' } = {}): Promise<Shown> {
    const result = await client.callTool({ name: provision.tool, arguments: given });
    const context = await browser.newContext({ viewport: { width, height: 900 }, permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    const calls: unknown[] = [];
    const asked: string[] = [];
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.route('**/*', (route) => {
      const url = route.request().url();
      if (url === HOST)
        return route.fulfill({
          contentType: 'text/html',
          body: '<!doctype html><meta charset="utf-8"><title>host</title><body style="margin:0"></body>',
        });
      asked.push(url);
      return route.abort();
    });
    await page.goto(HOST);
    await page.exposeFunction('callTool', async (params: { name: string; arguments: Record<string, unknown> }) => {
      calls.push(params);
      return client.callTool(params);
    });
    await page.evaluate(
      (value) => {
        (window as unknown as { given: unknown }).given = value;
      },
      { page: planPage, args: given, result, theme },
    );
    await page.addScriptTag({ content: host, type: 'module' });
    const view = await expect
      .poll(() => page.frames()[1])
      .toBeTruthy()
      .then(() => page.frames()[1] as Frame);
    await view.waitForSelector('h1, .note.bad', { timeout: 10_000 });
    return { page, view, calls, asked, errors };
  }

  test('shows the steps in order, what it costs and what it opens, and asks for nothing', async () => {
    const { page, view, asked, errors } = await shown();
    expect(await view.textContent('h1')).toBe('Plan shop');
    const titles = await view.locator('ol.steps > li label').allTextContents();
    expect(titles.length).toBeGreaterThan(4);
    expect(titles[0]).toMatch(/^1\. /);
    expect(await view.textContent('.price')).toMatch(/^\d+\.\d\d EUR a month, net/);
    expect(await view.locator('.note.warn').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringContaining('Open to the internet443/tcp')]),
    );
    expect(await view.locator('table tbody tr').count()).toBeGreaterThan(1);
    expect(await view.locator('figure svg rect').count()).toBeGreaterThan(3);
    expect(await page.evaluate(() => (window as unknown as { height: number }).height)).toBeGreaterThan(500);
    expect(asked).toEqual([]);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('a step is copied, and ticked off by the keyboard alone', async () => {
    const { page, view } = await shown();
    const command = await view.locator('ol.steps > li pre').first().textContent();
    await view.locator('ol.steps > li button').first().click();
    await expect.poll(() => view.locator('ol.steps > li button').first().textContent()).toMatch(/Copied|Select/);
    const copied = await page.evaluate(() => navigator.clipboard.readText()).catch(() => undefined);
    if (copied !== undefined && copied !== '') expect(copied).toBe(command);
    const box = view.locator('ol.steps input').first();
    await box.focus();
    await page.keyboard.press('Space');
    expect(await box.isChecked()).toBe(true);
    expect(await view.textContent('.bar span')).toMatch(/^1 of \d+ done$/);
    await page.close();
  });

  test('teardown: the plan has to be named, then the server is asked for it, and back', async () => {
    const { page, view, calls } = await shown();
    await view.locator('summary', { hasText: 'Remove everything' }).click();
    const show = view.getByRole('button', { name: 'Show the commands that remove the plan' });
    await view.locator('#name').fill('chop');
    await show.click();
    expect(await view.locator('[role=alert]').last().textContent()).toContain('Type shop');
    expect(calls).toEqual([]);
    await view.locator('#name').fill('shop');
    await show.click();
    await expect.poll(() => view.textContent('h1')).toBe('Remove plan shop');
    expect(calls).toMatchObject([{ name: provision.tool, arguments: { plan: 'shop', action: 'destroy', as: 'steps' } }]);
    expect(await view.locator('.note.bad').textContent()).toContain('Cannot be undone');
    expect(await view.locator('pre').allTextContents()).toEqual(expect.arrayContaining([expect.stringContaining('hcloud server delete')]));
    await view.getByRole('button', { name: 'Back to the plan' }).click();
    await expect.poll(() => view.textContent('h1')).toBe('Plan shop');
    await page.close();
  });

  test('what an answer holds is text, never markup', async () => {
    const attack = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    const saved = savedPlanPage({
      create: {
        plan: attack,
        confirm: attack,
        warnings: [attack, '</script><script>document.title=3</script>'],
        steps: [{ id: `server.${attack}`, title: attack, command: attack, effects: [{ kind: attack, what: attack }] }],
      },
    });
    const file = join(folder, 'attack.html');
    await writeFile(file, saved);
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(pathToFileURL(file).href);
    expect(await page.textContent('ol.steps label')).toContain(attack);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).toBe(`Plan ${attack}`);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('a saved page has both ways in it and needs no host', async () => {
    const way = async (action: string) =>
      (await client.callTool({ name: provision.tool, arguments: { ...args, action } })).structuredContent;
    const file = join(folder, 'plan.html');
    await writeFile(file, savedPlanPage({ create: await way('create'), destroy: await way('destroy') }));
    const page = await browser.newPage();
    await page.goto(pathToFileURL(file).href);
    await page.locator('summary', { hasText: 'Remove everything' }).click();
    await page.locator('#name').fill('shop');
    await page.getByRole('button', { name: 'Show the commands that remove the plan' }).click();
    await expect.poll(() => page.textContent('h1')).toBe('Remove plan shop');
    await page.close();
  });

  test.each([
    ['light', 900],
    ['dark', 900],
    ['light', 360],
    ['dark', 360],
  ] as const)('%s at %i pixels: nothing wider than the page, text that stands out', async (theme, width) => {
    const { page, view } = await shown(args, { width, theme });
    const measured = await view.evaluate(() => {
      const colour = (name: string) => getComputedStyle(document.body).getPropertyValue(name);
      const { color, backgroundColor } = getComputedStyle(document.body);
      return {
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        color,
        backgroundColor,
        theme: document.documentElement.dataset.theme,
        quiet: colour('--quiet'),
      };
    });
    expect(measured.theme).toBe(theme);
    expect(measured.wide).toBeLessThanOrEqual(0);
    // What is to be confirmed is seen whole, without scrolling sideways: commands and the bill.
    for (const summary of await view.locator('summary').all()) if (await summary.isVisible()) await summary.click();
    const cut = await view.evaluate(() =>
      [...document.querySelectorAll('pre, table, td, .scroll:has(table)')]
        .filter((one) => one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1)
        .map((one) => `${one.tagName} ${one.textContent?.slice(0, 60)}`),
    );
    expect(cut).toEqual([]);
    expect(contrast(measured.color, measured.backgroundColor)).toBeGreaterThan(7);
    // Every text against what is behind it: WCAG AA.
    const weak = await view.evaluate(() => {
      const behind = (start: Element): string => {
        for (let at: Element | null = start; at !== null; at = at.parentElement) {
          const { backgroundColor } = getComputedStyle(at);
          if (!/rgba\(.*, 0\)|transparent/.test(backgroundColor)) return backgroundColor;
        }
        return 'rgb(255, 255, 255)';
      };
      return [...document.querySelectorAll('p, li, td, th, summary, button, .tag, label, pre, h1, h2')]
        .filter((one) => one.textContent?.trim() !== '')
        .map((one) => [one.className || one.tagName, getComputedStyle(one).color, behind(one)] as const);
    });
    for (const [name, color, back] of weak) expect(contrast(color, back), `${name} ${color} on ${back}`).toBeGreaterThan(4.5);
    await page.close();
  });

  test('everything that can be used has a name for a screen reader', async () => {
    const { page, view } = await shown();
    const nameless = await view.evaluate(
      () =>
        [...document.querySelectorAll('button, input, summary, progress, svg')].filter((one) => {
          const label = one.getAttribute('aria-label') ?? one.querySelector('title')?.textContent ?? one.textContent ?? '';
          const labelled = one.id !== '' && document.querySelector(`label[for="${one.id}"]`) !== null;
          return label.trim() === '' && !labelled;
        }).length,
    );
    expect(nameless).toBe(0);
    expect(await view.evaluate(() => document.documentElement.lang)).toBe('en');
    await page.close();
  });

  test('the host may change the theme at any time', async () => {
    const { page, view } = await shown();
    await page.evaluate(() => (window as unknown as { setTheme: (theme: string) => void }).setTheme('dark'));
    await expect.poll(() => view.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
    await page.close();
  });

  test('a wrong request is shown as the error that it is', async () => {
    const { page, view } = await shown({ ...args, shell: 'bsh' });
    expect(await view.textContent('.note.bad')).toMatch(/^shell: .*Nearest: bash/);
    await page.close();
  });
});

/** WCAG's contrast ratio of two colours as a browser gives them. */
function contrast(a: string, b: string): number {
  const luminance = (text: string): number => {
    const [r = 0, g = 0, bl = 0] = (text.match(/[\d.]+/g) ?? []).map(Number).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  };
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}
