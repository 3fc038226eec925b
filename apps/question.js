// The question before a risky act: what it will do, yes or no. Yes calls the tool once more with the
// token of the refusal, which is the only way it is done.

function drawConfirmation({ details }) {
  const { effect, confirmation_token: token, expires_at: until } = details;
  return el('section', { class: 'confirmation', 'aria-labelledby': 'confirm-title' },
    el('h1', { id: 'confirm-title' }, words.confirm_title),
    el('p', { class: 'effect' }, effect),
    until ? el('p', { class: 'quiet' }, phrase('answer_by', { time: clockOf(until) })) : null,
    el('div', { class: 'actions' },
      button('yes', () => confirm(effect, token), { kind: 'main', id: 'yes' }),
      button('no', () => decline(effect), { id: 'no' })));
}

const confirm = (effect, token) => busy(async () => {
  // A host that does not say which tool it was leaves the second call to the model.
  if (!host.canCallTools || toolName() === undefined) {
    await host.say(sentence('agree', { effect }));
    conclude('sent');
    return;
  }
  const result = await host.callTool(toolName(), { ...view.input, confirmation_token: token });
  receive(result);
  if (view.phase !== 'shown') return;
  view.note = ['good', words.done];
  await host.note(`The user confirmed in the view and it was done: ${effect}`);
});

const decline = (effect) => busy(async () => {
  await host.note(`The user declined in the view, nothing was done: ${effect}`);
  conclude('declined');
});

/** The question is answered and there is nothing more to show. */
const conclude = (key) => Object.assign(view, { phase: 'ended', note: ['plain', words[key]] });
