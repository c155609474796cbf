// Whether the window is as narrow as a phone's, as a reactive value.
import { MediaQuery } from 'svelte/reactivity';

export const narrow = new MediaQuery('max-width: 767px');
