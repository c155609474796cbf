// All settings of documents, in the order in which they are shown.
import type { Section } from './fields';
import { pages } from './sections/pages';
import { reading } from './sections/reading';
import { searching } from './sections/searching';
import { web } from './sections/web';

export const SECTIONS: Section[] = [...reading, ...searching, ...web, ...pages];
