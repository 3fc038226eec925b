// Whether what a view shows stands in the text of the tool's result, too. A view keeps apart what it says and
// what the shop says: each text node is either our words or a value. Where our words stand for a value, that
// value is in the element: <data value="in_delivery">On the way</data>, <time datetime="2026-12-02">…</time>.

const plain = (text) => text.replace(/\s+/g, ' ').trim();
const SIGNS = ['', ',', '–', '‹', '›'];  // between values

/** Every value of a result's text, as text. */
export function factsOf(json) {
  const facts = new Set();
  JSON.parse(json, (_, value) => {
    if (value !== null && typeof value !== 'object') facts.add(plain(String(value)));
    return value;
  });
  return facts;
}

/** The words of a view: by language, then by key. */
export function dictionaryOf(html) {
  return Function(`return ${html.match(/const WORDS = (\{[^]*?\n\});/)[1]}`)();
}

/** What a view says of its own in this language: the pieces of its phrases. */
export function wordsOf(html, language) {
  const pieces = Object.values(dictionaryOf(html)[language]).flat().flatMap((phrase) => phrase.split(/\{\w+\}/));
  return new Set([...pieces, ...SIGNS].map(plain));
}

/** What stands in the view's text nodes, or in the element for them. */
export async function shownOf(shown) {
  const texts = await shown.inside(() => {
    const found = [];
    const walk = document.createTreeWalker(document.getElementById('view'), NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const said = walk.currentNode.parentElement.closest('data, time');
      found.push(said?.getAttribute('value') ?? said?.getAttribute('datetime') ?? walk.currentNode.data);
    }
    return found;
  });
  return texts.map(plain);
}
