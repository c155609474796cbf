// The UI runs in the browser only: the gateway serves one page for every address.
export const ssr = false;
export const prerender = false;
