/** A document with each thing that is counted or left alone. */
export const text = `# One \`key\`

A first sentence with \`code. And more\` in it. A second
that goes on (see [it](two.md#what-changed)).

- An item. Another.

\`\`\`sh
gist # code is left alone
\`\`\`

| a gist in a table | [x](#one-key) |
`;
