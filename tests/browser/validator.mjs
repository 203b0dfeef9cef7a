// html-validate as a process that stays: a page a line (as a JSON text) in, what is wrong with it a line out.

import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { HtmlValidate, StaticConfigLoader } from 'html-validate';

const rules = JSON.parse(readFileSync(new URL('html-validate.json', import.meta.url), 'utf8'));
const judge = new HtmlValidate(new StaticConfigLoader(rules));

for await (const line of createInterface({ input: process.stdin })) {
    const report = await judge.validateString(JSON.parse(line), 'page.html');
    const found = report.results.flatMap((result) => result.messages);
    console.log(JSON.stringify(found.map((m) => [m.ruleId, m.line, m.message])));
}
