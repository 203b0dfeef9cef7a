// Parses T-SQL with a grammar that nobody here wrote (@dbml/core, 'mssql').
//
//   gridtill schema mssql … | node tsql.mjs
//
// Statements end with ';' at the end of a line.  Prints a line for each that is refused: its number
// of line and the grammar's words.  Exit status 1 if there was one.

import { readFileSync } from 'node:fs';
import { Parser } from '@dbml/core';

// The input's statements, each with the number of its first line.
function* statements(text) {
    let begin = 1;
    let lines = [];
    for (const [at, line] of text.split('\n').entries()) {
        lines.push(line);
        if (/;\s*(--.*)?$/.test(line)) {
            // Without its end: with it the grammar takes what follows a table for another statement.
            yield [begin, lines.join('\n').replace(/;(\s*(--.*)?)$/, '$1')];
            lines = [];
            begin = at + 2;
        }
    }
    if (lines.some((line) => line.trim() && !line.startsWith('--'))) {
        yield [begin, lines.join('\n')];
    }
}

// Parameters as the driver sends them: @P1, @P2 …
function named(sql) {
    let count = 0;
    return sql.replace(/--[^\n]*|'(?:[^']|'')*'|\?/g, (part) => (part === '?' ? `@P${(count += 1)}` : part));
}

// The grammar lists every word it would have taken: what it met is enough.
function words(problem) {
    const found = problem.diags?.[0] ?? problem;
    const line = found.location?.start?.line ?? 1;
    const text = String(found.text ?? found.message ?? found).replace(/ expecting [\s\S]*/, '');
    return [line, text];
}

let bad = 0;
for (const [begin, sql] of statements(readFileSync(0, 'utf8'))) {
    try {
        new Parser().parse(named(sql), 'mssql');
    } catch (problem) {
        const [line, text] = words(problem);
        const name = /^-- (\w+), /m.exec(sql)?.[1];
        console.log(`${begin + line - 1}: ${name ? `${name}: ` : ''}${text}`);
        bad += 1;
    }
}
process.exit(bad ? 1 : 0);
