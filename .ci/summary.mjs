// Adds up the two JSON reports of vitest. A file that does not load, a report that is not there, a step before the tests
// that fails and a test that was left out count as one failure each; LEFT OUT is what could not be had.
import { readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;
const leftOut = new Map();
for (const path of ['.cache/vitest.json', '.cache/lab.json']) {
  let report;
  try {
    report = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    console.log(`FAILED: there is no report ${path}`);
    failed++;
    continue;
  }
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  for (const { name, status, message, assertionResults } of report.testResults) {
    if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed')) {
      console.log(`FAILED: ${name}: ${message}`);
      failed++;
    }
    for (const test of assertionResults) {
      if (test.status === 'failed') console.log(`FAILED: ${test.fullName}`);
      if (test.status === 'passed' || test.status === 'failed') continue;
      const reason = /\(left out: ([^()]* could not be had: .*?)\)/.exec(test.fullName)?.[1];
      if (reason === undefined) {
        console.log(`FAILED: not run: ${test.fullName}`);
        failed++;
      } else leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
    }
  }
}
for (const [reason, count] of leftOut) console.log(`LEFT OUT: ${count} tests: ${reason}`);
// Only where no failed test tells of it already.
const steps = Number(process.argv[2]);
if (steps > 0 && failed === 0) failed = steps;
if (passed === 0 && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
