import type { Reporter, TestModule } from 'vitest/node';

/** Says in one line how much of the lab was run, and what was left out and why. */
export default class LabReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    let lived = 0;
    let missed = 0;
    const reasons = new Set<string>();
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        if (test.meta().lab !== undefined) lived++;
        if (test.result().state !== 'skipped') continue;
        const reason = /\(left out: (.*?)\)(?: >|$)/.exec(test.fullName)?.[1];
        if (reason === undefined) continue;
        missed++;
        reasons.add(reason);
      }
    }
    if (lived === 0 && missed === 0) return;
    const slice = modules.some(({ moduleId }) => /slice\.test\.ts$/.test(moduleId)) ? '; all of it: npm run lab' : '';
    const left = missed === 0 ? '' : `; LEFT OUT: ${missed} tests (${[...reasons].join('; ')})`;
    console.log(`lab: ${lived} lives run${left}${slice}`);
  }
}
