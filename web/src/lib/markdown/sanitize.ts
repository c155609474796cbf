// The last step before HTML reaches the page: only harmless elements, attributes, links and styles pass.
import createPurifier, { type Config, type DOMPurify } from 'dompurify';

const CONFIG: Config = {
	USE_PROFILES: { html: true, mathMl: true, svg: true },
	FORBID_TAGS: ['style', 'form', 'textarea', 'select', 'option', 'audio', 'video', 'iframe', 'object', 'embed', 'dialog', 'template', 'slot', 'use', 'image', 'foreignObject', 'link', 'meta', 'base'],
	FORBID_ATTR: ['id', 'name', 'srcset', 'autofocus', 'tabindex', 'contenteditable', 'popover', 'popovertarget', 'usemap', 'background', 'poster', 'action', 'formaction'],
	ADD_ATTR: ['target', 'data-copy', 'data-cite'],
	ALLOW_DATA_ATTR: false
};

// The properties KaTeX writes; with others a model's answer could cover the page.
const STYLE_PROPERTIES =
	/^(?:height|width|min-width|top|bottom|left|right|vertical-align|(?:margin|padding|border)(?:-[a-z-]+)?|color|background-color|text-align)$/;
const STYLE_VALUE = /^(?!.*(?:url|expression|var|image)\s*\()[\w\s#%.,()+-]{1,80}$/i;
const IMAGE = /^(?:https?:|data:image\/(?:png|jpe?g|gif|webp|svg\+xml)[;,]|\/(?!\/))/i;
const LINK = /^(?:https?:|mailto:|tel:|#|\/(?!\/))/i;

const purifier: DOMPurify = createPurifier(window);

purifier.addHook('afterSanitizeAttributes', (element) => {
	if (element.tagName === 'A' || element.tagName === 'a') guardLink(element);
	if (element.tagName === 'IMG') guardImage(element);
	if (element.tagName === 'INPUT') guardInput(element);
	if (element.tagName === 'BUTTON') element.setAttribute('type', 'button');
	if (element.hasAttribute('style')) keepHarmlessStyle(element);
	if (element.hasAttribute('class')) keepOwnClasses(element);
});

/** Answers HTML that is safe to put into the page, whatever was in it. */
export function sanitize(html: string): string {
	return purifier.sanitize(html, CONFIG) as string;
}

function guardLink(element: Element): void {
	const target = element.getAttribute('href') ?? element.getAttribute('xlink:href') ?? '';
	element.removeAttribute('xlink:href');
	if (!LINK.test(target.trim())) return element.removeAttribute('href');
	element.setAttribute('target', '_blank');
	element.setAttribute('rel', 'noopener noreferrer nofollow');
}

function guardImage(element: Element): void {
	if (!IMAGE.test(element.getAttribute('src')?.trim() ?? '')) return element.remove();
	element.setAttribute('loading', 'lazy');
	element.setAttribute('referrerpolicy', 'no-referrer');
}

function guardInput(element: Element): void {
	if (element.getAttribute('type') !== 'checkbox') return element.remove();
	element.setAttribute('disabled', '');
	element.setAttribute('aria-label', element.hasAttribute('checked') ? 'done' : 'not done');
}

function keepHarmlessStyle(element: Element): void {
	const kept = (element.getAttribute('style') ?? '')
		.split(';')
		.map((declaration) => declaration.split(':').map((half) => half.trim()))
		.filter(([property, value, rest]) => rest === undefined && isHarmless(property, value))
		.map(([property, value]) => `${property}:${value}`);
	if (kept.length) element.setAttribute('style', kept.join(';'));
	else element.removeAttribute('style');
}

const isHarmless = (property = '', value = '') =>
	(STYLE_PROPERTIES.test(property) && STYLE_VALUE.test(value)) || (property === 'position' && value === 'relative');

// Classes of the page's own design would let an answer dress up as part of the page.
function keepOwnClasses(element: Element): void {
	if (element.closest('.katex')) return;
	const kept = [...element.classList].filter((name) => /^(?:hljs|language-|katex|code-|table-scroll|citation$)/.test(name));
	if (kept.length) element.setAttribute('class', kept.join(' '));
	else element.removeAttribute('class');
}
