// For tools that ask before they act and have no view of their own: the question (question.js), then that it is done.

start('confirmation', () => el('h1', {}, words.done));
