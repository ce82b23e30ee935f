import page from './plan/plan.html';
import { PLAN_URI } from './uri.ts';

/** The page of a plan as MCP Apps know it: a host shows it beside the answer of the tool that names it. */
export const PLAN_APP = {
  uri: PLAN_URI,
  name: 'plan',
  title: 'The plan, to look at',
  description: 'Steps with effects and a copy button each, cost, exposure, a list to tick off, teardown behind its own confirmation',
  mimeType: 'text/html;profile=mcp-app',
} as const;

/** The page that waits for a host's answer. */
export const planPage: string = page;

/** The page with the answers in it, which needs no host and nobody to ask. Anything may stand in an answer. */
export function savedPlanPage(saved: { readonly create?: unknown; readonly destroy?: unknown }): string {
  const data = JSON.stringify(saved).replaceAll('<', '\\u003c');
  return page.replace('<script>', () => `<script type="application/json" id="data">${data}</script>\n<script>`);
}
