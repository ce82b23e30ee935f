import { createHash } from 'node:crypto';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import * as z from 'zod';
import { ProtocolError, RESOURCE_NOT_FOUND, ROOT } from './protocol.ts';
import { skill } from './resources.ts';

/** The extension by which a server hands out Agent Skills (SEP-2640, final since 2026-09-13). */
export const SKILLS_EXTENSION = 'io.modelcontextprotocol/skills';

const ENTRY = `${ROOT}SKILL.md`;
const listRequest = z.looseObject({ method: z.literal('skills/list') });
const getRequest = z.looseObject({ method: z.literal('skills/get'), params: z.looseObject({ uri: z.string() }) });

/** `skills/list` and `skills/get`: this skill's front matter as it is, and each of its files with size and digest. */
export function serveSkills(server: Server): void {
  server.setRequestHandler(listRequest, async () => ({ skills: [await entry()] }));
  server.setRequestHandler(getRequest, async ({ params: { uri } }) => {
    if (uri !== ENTRY) throw new ProtocolError(RESOURCE_NOT_FOUND, `There is one skill here: ${ENTRY}.`);
    return { skill: await entry() };
  });
}

async function entry() {
  const { documents, rawFrontMatter } = await skill();
  return {
    uri: ENTRY,
    frontmatter: await rawFrontMatter(),
    resources: documents.map(({ name, text }) => ({
      uri: ROOT + name,
      digest: `sha256:${createHash('sha256').update(text).digest('hex')}`,
      size: Buffer.byteLength(text),
    })),
  };
}
